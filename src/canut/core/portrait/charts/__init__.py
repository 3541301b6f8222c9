"""The charts of the Portrait: one function each, from figures and a language to a chart."""
