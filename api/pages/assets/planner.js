// Small helps for who has scripts on; every page is whole without them.
"use strict";

// The scenario editor: findings beside the fields as one types.
const editor = document.querySelector("form[data-check]");
if (editor) {
  let waiting = 0;
  let asked = 0;
  const show = (findings) => {
    for (const place of editor.querySelectorAll("[data-finding]")) {
      const said = findings.filter((one) => one.field === place.dataset.finding);
      place.textContent = said.map((one) => one.message).join(" ");
      place.hidden = said.length === 0;
      for (const field of editor.querySelectorAll(`[aria-describedby="${place.id}"]`)) {
        if (said.length) field.setAttribute("aria-invalid", "true");
        else field.removeAttribute("aria-invalid");
      }
    }
  };
  const check = async () => {
    const turn = ++asked;
    try {
      const answer = await fetch(editor.dataset.check, {
        method: "POST", body: new URLSearchParams(new FormData(editor)),
        headers: { Accept: "application/json" },
      });
      if (answer.ok && turn === asked) {
        const told = await answer.json();
        show(told.findings);
        document.querySelector("#checked").textContent = told.said;
      }
    } catch {
      // The server checks again when the form is sent.
    }
  };
  editor.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 400);
  });
}

// A job that runs: its step, and the page again when it has ended.
const job = document.querySelector("[data-job]");
if (job) {
  const look = async () => {
    try {
      const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" } });
      if ([401, 403, 404].includes(answer.status)) {
        location.reload(); // The page says why: the session has ended, or the job is gone.
        return;
      }
      if (answer.ok) {
        const told = await answer.json();
        if (told.state !== job.dataset.state) {
          location.reload();
          return;
        }
        const steps = job.dataset.steps.split(" ").filter(Boolean);
        // A step may say how much of it is done: "plans 2/8".
        const at = steps.indexOf((told.progress || "").split(" ")[0]);
        const bar = job.querySelector("progress");
        const part = /(\d+)\/(\d+)$/.exec(told.progress || "");
        if (steps.length) bar.value = at + 1 + (at >= 0 && part ? Number(part[1]) / Number(part[2]) : 0);
        else if (part) {
          bar.max = Number(part[2]);
          bar.value = Number(part[1]);
        }
        job.querySelectorAll(".steps li").forEach((step, i) => {
          if (i === at) step.setAttribute("aria-current", "step");
          else step.removeAttribute("aria-current");
        });
      }
    } catch {
      // The next look may reach the server again.
    }
    setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
}

// A slider and its number go together; whichever was moved tells the other.
for (const slider of document.querySelectorAll("input[type=range][data-of]")) {
  const number = document.getElementById(slider.dataset.of);
  slider.addEventListener("input", () => { number.value = slider.value; });
  number.addEventListener("input", () => { if (number.value) slider.value = number.value; });
}
