"""The practice in the browser: what is drawn, said and set are pure modules; `app.py` alone knows Solara."""
