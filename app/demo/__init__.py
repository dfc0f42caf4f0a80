"""The demo: catalogues, people of the desk, and a province with cases in every state."""
