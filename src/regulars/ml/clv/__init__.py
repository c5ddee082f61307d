"""Customer value: purchase counts, spend per order, predicted value over a stated horizon.

The estimators follow one shape: `fit(summary)` learns the parameters of a population, the other
methods answer for histories `(x, t_x, T)` in the time unit the estimator was fitted in.
"""
