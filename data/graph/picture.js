// Shows one region's lines alone while it is pointed at, and switches the language.
"use strict";
(function () {
  const root = document.documentElement;
  const picture = document.querySelector("figure > svg");
  const arcs = Array.from(picture.querySelectorAll(".arcs path"));
  const places = Array.from(picture.querySelectorAll("[data-code]"));

  function choose(code) {
    const near = new Set([code]);
    for (const arc of arcs) {
      const ends = arc.dataset.ends.split(" ");
      arc.classList.toggle("on", ends.includes(code));
      if (ends.includes(code)) ends.forEach((end) => near.add(end));
    }
    for (const place of places) place.classList.toggle("on", near.has(place.dataset.code));
    picture.classList.toggle("chosen", code !== null);
  }

  for (const one of document.querySelectorAll("[data-code]")) {
    for (const start of ["pointerenter", "focus"]) one.addEventListener(start, () => choose(one.dataset.code));
    for (const end of ["pointerleave", "blur"]) one.addEventListener(end, () => choose(null));
  }
  document.getElementById("switch").addEventListener("click", function () {
    root.lang = root.lang === "zh" ? "en" : "zh";
    document.title = root.dataset[root.lang === "zh" ? "titleZh" : "titleEn"];
  });
})();
