"""One page with charts to point at and zoom into; Plotly's program stands in the page."""
