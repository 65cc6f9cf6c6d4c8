// @ts-check
/// <reference lib="dom" />
/// <reference types="./page.d.ts" />
// Equity with benchmark, drawdown under it, rolling Sharpe: three charts with one cursor.
"use strict";

(() => {
  const report = sandbarReport, { equity, rolling, marks, benchmarkName, intraday } = report.data;
  // Without bars the page has no frames to draw into.
  if (equity.t.length === 0) return;
  /** @type {Chart[]} */
  let charts = [];

  const logScale = /** @type {HTMLInputElement} */ (report.byId("log-scale"));
  const canLog = equity.equity.every((value) => value !== null && value > 0) &&
    equity.benchmark.every((value) => value === null || value > 0);
  if (!canLog && logScale.parentElement !== null) logScale.parentElement.hidden = true;
  logScale.addEventListener("change", () => report.drawEquity());
  const reset = report.byId("equity-reset");
  reset.addEventListener("click", () => report.drawEquity());

  report.drawEquity = () => {
    for (const chart of charts) report.removeChart(chart);
    charts = [];
    reset.hidden = true;
    const last = equity.t.length - 1;
    const colours = report.palette();
    const axisWidth = report.isPhone() ? 54 : 84;
    const lines = marks.map((mark) => ({ at: mark.t, label: mark.label }));
    const readout = report.byId("equity-readout");
    /** @param {number} i */
    const show = (i) =>
      report.readout(readout, [
        ["", report.date(equity.t[i] ?? 0, intraday)],
        ["Equity", report.money(equity.equity[i]), colours.accent],
        ["Benchmark " + benchmarkName, report.money(equity.benchmark[i]), colours.benchmark],
        ["Drawdown", report.percent(equity.drawdown[i]), colours.down],
      ]);
    show(last);

    charts.push(report.makeChart(
      report.byId("equity-chart"),
      {
        ...common(colours),
        height: report.isPhone() ? 230 : 300,
        scales: { x: { time: true }, y: logScale.checked && canLog ? { distr: 3 } : {} },
        axes: [{ ...timeAxis(colours), size: 10, values: () => [] }, {
          ...valueAxis(colours, axisWidth),
          values: (/** @type {Chart} */ _, /** @type {(number | null)[]} */ splits) =>
            splits.map((value) => value === null ? "" : report.money(value, true)),
        }],
        series: [{}, line(colours.benchmark, 1.25), line(colours.accent, 1.75)],
        hooks: {
          setCursor: [follow(show, last)],
          setScale: [zoomed],
          draw: [(/** @type {Chart} */ chart) => report.drawMarks(chart, colours, lines)],
        },
      },
      [equity.t, equity.benchmark, equity.equity],
    ));
    charts.push(report.makeChart(
      report.byId("drawdown-chart"),
      {
        ...common(colours),
        height: report.isPhone() ? 110 : 130,
        scales: { x: { time: true }, y: { range: depthRange } },
        axes: [timeAxis(colours), {
          ...valueAxis(colours, axisWidth),
          space: 22,
          values: percentTicks,
        }],
        series: [{}, { ...line(colours.down, 1), fill: colours.down + "33", fillTo: 0 }],
        hooks: { setCursor: [follow(show, last)], setScale: [zoomed] },
      },
      [equity.t, equity.drawdown],
    ));
    drawRolling(colours, axisWidth);
  };

  /** @param {Palette} colours @param {number} axisWidth */
  function drawRolling(colours, axisWidth) {
    const last = rolling.t.length - 1, readout = report.byId("rolling-readout");
    if (last < 0) {
      report.byId("rolling-chart").replaceChildren(
        report.element("p", "Fewer than 30 periods with a spread of returns: undefined.", "empty"),
      );
      return;
    }
    /** @param {number} i */
    const show = (i) =>
      report.readout(readout, [
        ["", report.date(rolling.t[i] ?? 0, intraday)],
        ["Sharpe", report.number(rolling.sharpe[i], 2), colours.accent],
      ]);
    show(last);
    charts.push(report.makeChart(
      report.byId("rolling-chart"),
      {
        ...common(colours),
        height: report.isPhone() ? 140 : 170,
        scales: { x: { time: true } },
        axes: [timeAxis(colours), {
          ...valueAxis(colours, axisWidth),
          space: 24,
          values: (/** @type {Chart} */ _, /** @type {number[]} */ splits) =>
            splits.map((value) => report.number(value, Number.isInteger(value) ? 0 : 1)),
        }],
        series: [{}, line(colours.accent, 1.25)],
        hooks: { setCursor: [follow(show, last)], drawAxes: [zeroLine(colours)] },
      },
      [rolling.t, rolling.sharpe],
    ));
  }

  /** @param {Palette} colours */
  function common(colours) {
    return {
      tzDate: (/** @type {number} */ second) => uPlot.tzDate(new Date(second * 1000), "Etc/UTC"),
      padding: [14, report.isPhone() ? 8 : 16, 0, 0],
      cursor: {
        sync: { key: "equity", scales: ["x", null] },
        drag: { x: true, y: false },
        points: { size: 7, width: 1.5, stroke: colours.card },
        y: false,
      },
    };
  }

  /** @param {(i: number) => void} show @param {number} last */
  function follow(show, last) {
    return (/** @type {Chart} */ chart) => show(chart.cursor.idx ?? last);
  }

  /** @param {Chart} chart @param {string} scale */
  function zoomed(chart, scale) {
    if (scale !== "x") return;
    const { min = 0, max = 0 } = chart.scales["x"] ?? {};
    reset.hidden = min <= (equity.t[0] ?? 0) && max >= (equity.t[equity.t.length - 1] ?? 0);
  }

  /** @param {string} stroke @param {number} width */
  function line(stroke, width) {
    return { stroke, width, points: { show: false } };
  }

  /** @param {Palette} colours */
  function timeAxis(colours) {
    return {
      stroke: colours.muted,
      font: "12px system-ui, sans-serif",
      grid: { show: false },
      ticks: { stroke: colours.line, width: 1, size: 4 },
      size: 28,
      gap: 4,
      space: report.isPhone() ? 58 : 90,
      values: (/** @type {Chart} */ chart, /** @type {number[]} */ splits) => {
        const { min = 0, max = 0 } = chart.scales["x"] ?? {};
        return report.ticks(splits, max - min);
      },
    };
  }

  /** @param {Palette} colours @param {number} size */
  function valueAxis(colours, size) {
    return {
      stroke: colours.muted,
      font: "12px system-ui, sans-serif",
      grid: { stroke: colours.line, width: 1 },
      ticks: { show: false },
      size,
      gap: 8,
    };
  }

  /** @param {Chart} _ @param {number[]} splits */
  function percentTicks(_, splits) {
    // Ticks are sums of a binary step: 10 % may come as 10.000000000000002.
    const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) * 100;
    const decimals = Math.abs(step - Math.round(step)) < 1e-6 ? 0 : step < 0.5 ? 2 : 1;
    return splits.map((value) => report.percent(value, decimals));
  }

  /** @param {Chart} _ @param {number} min @returns {[number, number]} */
  function depthRange(_, min) {
    return [Number.isFinite(min) ? Math.min(min * 1.08, -0.02) : -0.02, 0];
  }

  /** @param {Palette} colours */
  function zeroLine(colours) {
    return (/** @type {Chart} */ chart) => {
      const y = Math.round(chart.valToPos(0, "y", true)), { left, width, top, height } = chart.bbox;
      if (y < top || y > top + height) return;
      chart.ctx.fillStyle = colours.muted;
      chart.ctx.fillRect(left, y, width, 1);
    };
  }
})();
