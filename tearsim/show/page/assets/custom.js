// Solara puts this file of this name into every page. Plotly.js starts to load here, while the rest of the page comes.
window.loadingPlotly = new Promise((resolve) => {
  const script = document.createElement("script");
  script.src = new URL("static/assets/plotly.min.js", document.baseURI).href;
  script.async = true;
  script.onload = () => resolve(window.Plotly);
  document.head.appendChild(script);
});
// Solara's page says neither its language nor that it may be enlarged.
document.documentElement.lang = "en";
document.querySelector("meta[name=viewport]").content = "width=device-width, initial-scale=1";
