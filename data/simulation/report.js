// Switches the language of the page.
"use strict";
document.getElementById("switch").addEventListener("click", function () {
  const root = document.documentElement;
  root.lang = root.lang === "zh" ? "en" : "zh";
  document.title = root.dataset[root.lang === "zh" ? "titleZh" : "titleEn"];
});
