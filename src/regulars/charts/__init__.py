"""Facts to Vega-Lite specifications: pure functions, one place for colours, units and axes."""
