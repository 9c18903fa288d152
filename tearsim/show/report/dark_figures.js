// Figures in the colours of the page, light or dark: called again when these change.
const theme = (dark) => {
  if (!window.Plotly) { return; }
  const ink = dark ? "#e8ecef" : "#1e2730", line = dark ? "#37414a" : "#d5dadf", page = dark ? "#1d2329" : "#ffffff";
  const ours = ["#1E2730", "#53606C", "#a9b4be"];
  document.querySelectorAll(".js-plotly-plot").forEach((plot) => {
    const said = { "font.color": ink, paper_bgcolor: page, plot_bgcolor: page, "title.font.color": ink,
      "title.subtitle.font.color": dark ? "#a9b4be" : "#53606C" };
    Object.keys(plot._fullLayout || {}).filter((name) => /^[xy]axis\d*$/.test(name)).forEach((name) => {
      said[name + ".gridcolor"] = line; said[name + ".zerolinecolor"] = line;
    });
    (plot.layout.shapes || []).forEach((shape, i) => {
      if (ours.includes(shape.line && shape.line.color)) { said["shapes[" + i + "].line.color"] = dark ? "#a9b4be" : "#53606C"; }
    });
    window.Plotly.relayout(plot, said);
    if (plot.data.some((trace) => trace.type === "heatmap")) { return; }  // light in both: lines on it stay dark
    plot.data.forEach((trace, i) => {
      const pale = dark ? "#c9d1d8" : "#1E2730", own = trace.line && trace.line.color;
      if (own === "#1E2730" || own === "#c9d1d8") { window.Plotly.restyle(plot, { "line.color": pale, "marker.color": pale }, [i]); }
    });
  });
};
