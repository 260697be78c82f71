/* Charts from the data block beside them; the same figures stand in a table for those who do not see it. */
"use strict";
(() => {
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const grouped = (value) => Number(value).toLocaleString("ru-RU", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace(/\u202f/g, "\u00a0");
  const draw = (place) => {
    const source = document.getElementById(place.dataset.chart);
    if (!source || place.dataset.drawn) return;
    place.dataset.drawn = "1";
    const data = JSON.parse(source.textContent);
    const colours = { primary: css("--brand-primary"), accent: css("--brand-accent"), red: "#b42318", blue: "#3b6fb0", grey: "#8fa79e" };
    const chart = echarts.init(place, null, { renderer: "canvas" });
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    chart.setOption({
      animation: !still,
      textStyle: { fontFamily: "Inter Variable, sans-serif" },
      grid: { left: 8, right: 12, top: place.clientWidth < 480 && data.series.length > 2 ? 68 : 44, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: "#33453f", fontSize: 13 } },
      tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, valueFormatter: (v) => (v == null ? "—" : grouped(v) + "\u00a0₸") },
      xAxis: { type: "category", data: data.labels, axisTick: { show: false }, axisLine: { lineStyle: { color: "#cfd9d5" } }, axisLabel: { color: "#55655f", hideOverlap: true } },
      yAxis: { type: "value", splitLine: { lineStyle: { color: "#edf1ef" } }, axisLabel: { color: "#55655f", formatter: (v) => Number(v).toLocaleString("ru-RU") } },
      series: data.series.map((one) => ({
        name: one.name, type: one.type || "bar", stack: one.stack || undefined, data: one.values, barMaxWidth: 34,
        smooth: false, symbolSize: 5, showSymbol: data.labels.length < 26, connectNulls: false,
        lineStyle: { width: 2.5 }, itemStyle: { color: colours[one.colour] || colours.primary, borderRadius: one.stack ? 0 : [4, 4, 0, 0] },
      })),
    });
    new ResizeObserver(() => chart.resize()).observe(place);
  };
  const all = (root) => root.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => all(document));
  document.addEventListener("htmx:afterSettle", (event) => all(event.detail.elt.parentElement || document));
})();
