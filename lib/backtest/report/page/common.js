// @ts-check
/// <reference lib="dom" />
/// <reference types="./page.d.ts" />
// What the page's other scripts use: data, colours, number formats, chart making. Labels are only ever set as text.
"use strict";

(() => {
  // A report that could not be drawn says so, instead of showing an empty frame.
  /** @param {string} message */
  const fault = (message) => {
    const host = document.getElementById("fault");
    document.documentElement.dataset.fault = message;
    if (host === null) return;
    host.hidden = false;
    host.textContent = "A part of this report could not be drawn: " + message;
  };
  addEventListener("error", (event) => fault(event.message));
  addEventListener("unhandledrejection", (event) => fault(String(event.reason)));
  document.addEventListener(
    "securitypolicyviolation",
    (event) => fault("blocked by the content policy: " + event.violatedDirective),
  );

  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const DAY = 86400;
  /** @type {Map<Chart, ResizeObserver>} */
  const observers = new Map();

  /** @param {string} id */
  const byId = (id) => {
    const found = document.getElementById(id);
    if (found === null) throw new Error("the page lacks " + id);
    return found;
  };
  const text = byId("data").textContent ?? "";

  /** @param {number | null | undefined} value @param {number} decimals */
  const number = (value, decimals) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return "n/a";
    const [whole = "0", fraction] = Math.abs(value).toFixed(decimals).split(".");
    const shown = whole.replace(/\B(?=(\d{3})+$)/g, ",") +
      (fraction === undefined ? "" : "." + fraction);
    return value < 0 && /[1-9]/.test(shown) ? "-" + shown : shown;
  };

  /** @param {string} shown @param {string} unit */
  const withUnit = (shown, unit) =>
    shown.startsWith("-") ? "-" + unit + shown.slice(1) : unit + shown;

  /** @param {Date} date */
  const clock = (date) =>
    String(date.getUTCHours()).padStart(2, "0") + ":" +
    String(date.getUTCMinutes()).padStart(2, "0");

  // A close at midnight belongs to the day that ends.
  /** @param {number} seconds */
  const dayOf = (seconds) => new Date((sandbarReport.data.intraday ? seconds : seconds - 1) * 1000);

  globalThis.sandbarReport = /** @type {SandbarReport} */ ({
    data: JSON.parse(text),
    byId,
    number,

    palette() {
      const style = getComputedStyle(document.documentElement);
      /** @param {string} name */
      const of = (name) => style.getPropertyValue("--" + name).trim();
      return {
        ink: of("ink"),
        muted: of("muted"),
        line: of("line"),
        up: of("up"),
        down: of("down"),
        accent: of("accent"),
        benchmark: of("benchmark"),
        card: of("card"),
        plots: [1, 2, 3, 4, 5, 6].map((i) => of("plot-" + i)),
      };
    },

    money(value, compact = false) {
      if (value === null || value === undefined) return "n/a";
      const size = Math.abs(value);
      if (compact && size >= 1e6) {
        return withUnit(number(value / 1e6, size % 1e6 === 0 ? 0 : 2), "$") + "M";
      }
      if (compact && size >= 1e4) {
        return withUnit(number(value / 1e3, size % 1e3 === 0 ? 0 : 1), "$") + "k";
      }
      return withUnit(number(value, compact ? 0 : 2), "$");
    },

    percent(value, decimals = 2) {
      return value === null || value === undefined ? "n/a" : number(value * 100, decimals) + "%";
    },

    price(value) {
      if (value === null || value === undefined) return "n/a";
      return number(value, Math.abs(value) >= 1 ? 2 : 6);
    },

    date(seconds, minute = false) {
      const date = dayOf(seconds);
      const day = date.toISOString().slice(0, 10);
      return minute ? day + " " + clock(date) : day;
    },

    ticks(seconds, span) {
      let shownYear = -1, shownDay = "";
      return seconds.map((second) => {
        if (!Number.isFinite(second)) return "";
        const date = new Date(second * 1000), year = date.getUTCFullYear();
        const month = MONTHS[date.getUTCMonth()] ?? "";
        if (span > 200 * DAY) {
          const newYear = date.getUTCMonth() === 0 && date.getUTCDate() === 1;
          return newYear && span > 3 * 365 * DAY ? String(year) : month + " " + year;
        }
        const day = date.getUTCDate() + " " + month;
        const label = year === shownYear || sandbarReport.isPhone() ? day : day + " " + year;
        shownYear = year;
        if (span > 4 * DAY || !sandbarReport.data.intraday) return label;
        const time = clock(date);
        const withDay = day === shownDay ? time : day + " " + time;
        shownDay = day;
        return withDay;
      });
    },

    drawMarks(chart, colours, marks) {
      const { ctx, bbox } = chart, ratio = devicePixelRatio;
      let free = bbox.left;
      ctx.save();
      ctx.strokeStyle = colours.muted;
      ctx.fillStyle = colours.muted;
      ctx.lineWidth = ratio;
      ctx.font = 11 * ratio + "px system-ui, sans-serif";
      ctx.textBaseline = "top";
      ctx.textAlign = "left";
      ctx.setLineDash([3 * ratio, 4 * ratio]);
      for (const { at, label } of marks) {
        const x = Math.round(chart.valToPos(at, "x", true)) + 0.5;
        if (x < bbox.left || x > bbox.left + bbox.width) continue;
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
        const shown = label.length > 24 ? label.slice(0, 23) + "\u2026" : label;
        const start = x + 5 * ratio, end = start + ctx.measureText(shown).width;
        // Labels that would run into the one before, or off the chart, are left to the list below.
        if (x < free || end > bbox.left + bbox.width) continue;
        ctx.fillText(shown, start, bbox.top);
        free = end + 8 * ratio;
      }
      ctx.restore();
    },

    element(tag, content = "", className = "") {
      const made = document.createElement(tag);
      if (content !== "") made.textContent = content;
      if (className !== "") made.className = className;
      return made;
    },

    readout(host, parts) {
      host.replaceChildren(...parts.map(([label, value, colour]) => {
        const part = sandbarReport.element("span", "", "part");
        if (colour !== undefined) {
          const swatch = sandbarReport.element("span", "", "swatch");
          swatch.style.background = colour;
          part.append(swatch);
        }
        if (label !== "") part.append(sandbarReport.element("span", label, "name"));
        part.append(sandbarReport.element("span", value, "number"));
        return part;
      }));
    },

    makeChart(host, options, data) {
      const width = Math.max(200, host.clientWidth);
      const chart = new uPlot({ ...options, width, legend: { show: false } }, data, host);
      const observer = new ResizeObserver(() => {
        const next = Math.max(200, host.clientWidth);
        if (next !== chart.width) chart.setSize({ width: next, height: options.height });
      });
      observer.observe(host);
      observers.set(chart, observer);
      touchCursor(chart);
      return chart;
    },

    removeChart(chart) {
      observers.get(chart)?.disconnect();
      observers.delete(chart);
      chart.destroy();
    },

    isPhone: () => document.documentElement.clientWidth < 600,

    // The scripts that follow put their own here.
    drawEquity() {},
    drawPrice() {},
    showTrade() {},
    startTrades() {},
  });

  // A finger moved sideways reads values; up and down still scrolls the page.
  /** @param {Chart} chart */
  function touchCursor(chart) {
    /** @param {TouchEvent} event */
    const move = (event) => {
      const touch = event.touches[0];
      if (touch === undefined) return;
      const box = chart.over.getBoundingClientRect();
      chart.setCursor({ left: touch.clientX - box.left, top: touch.clientY - box.top }, true, true);
    };
    chart.over.addEventListener("touchstart", move, { passive: true });
    chart.over.addEventListener("touchmove", move, { passive: true });
  }
})();
