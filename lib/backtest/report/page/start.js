// @ts-check
/// <reference lib="dom" />
/// <reference types="./page.d.ts" />
// Theme, printing, and the first drawing of everything.
"use strict";

(() => {
  const root = document.documentElement, report = sandbarReport, KEY = "sandbar-report-theme";
  const THEMES = ["auto", "light", "dark"];
  const button = report.byId("theme");
  let theme = stored();

  // A page opened from a file may have no storage: then the choice lasts as long as the page.
  function stored() {
    try {
      const found = localStorage.getItem(KEY) ?? "auto";
      return THEMES.includes(found) ? found : "auto";
    } catch {
      return "auto";
    }
  }

  function store() {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      button.title = "This browser keeps no settings for files";
    }
  }

  function draw() {
    report.drawEquity();
    report.drawPrice();
  }

  /** @param {string} shown */
  function show(shown) {
    if (shown === "auto") delete root.dataset.theme;
    else root.dataset.theme = shown;
    button.textContent = "Theme: " + theme;
  }

  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    store();
    show(theme);
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (theme === "auto") draw();
  });
  // Paper is white: charts are drawn anew for it.
  addEventListener("beforeprint", () => {
    show("light");
    draw();
  });
  addEventListener("afterprint", () => {
    show(theme);
    draw();
  });

  show(theme);
  draw();
  report.startTrades();
  root.dataset.ready = "true";
})();
