"""The program is killed, stopped and ill-treated by seed; then all is read that feeds served, channels received and the database holds.

What there is, from the outside in:

- `python -m tests.faults` (`make faults`): trials by seed, a report. See docs/reliability.md.
- `plan.draw(seed, database)` -> `Plan`: workers and `Strike`s, one after the other. `str()` of both tells them in words. Write a Plan
  of your own for a fault that isn't drawn.
- `trial.carry_out(plan, folder, bug="")` -> `Verdict`. `Verdict.faults` is what breaks the promise, in words; empty: it was kept.
- `trial.open_trial(folder, database, workers=1, bug="")` gives a `Trial`, for faults of another kind: `start(worker)`,
  `carry_out(strike)`, `make_news(strike)`, `newsroom.publish(entries, decoys)`, `newsroom.trouble(feeds, channels)`, `settle()` -> `Verdict`.
  `trial.blows` holds what may have cost a duplicate: append a `check.Blow` for each crash that you cause by other means; an answer that
  never comes counts by itself. `trial.workers[n]` is a `Process`: `kill()`, `pause()`, `terminate()`, `exit_code`, `told()`.
- `points.plant` and `bugs.BUGS`: what is patched in the process that is to die, or to have a bug. The product holds no code for it.
- `check.judge(evidence)`: the checker, pure.

Feeds take the daemon at its word: what it says it has, by ETag, leaves the document, and is due from then on as if it had been served. So
a validator that was stored without its entries is a loss that shows. On PostgreSQL the clock goes `trial.FASTER` times as fast.
"""
