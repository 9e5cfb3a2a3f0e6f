"""How long things take, in minutes: evenly spaced quantiles, minimum and maximum included.

Those of the team are open time for a ticket of normal priority; customers answer at any hour.
"""

FIRST_REPLY = (3.0, 12.0, 35.0, 80.0, 150.0, 280.0, 520.0, 1_300.0)
TOUCH = (2.0, 10.0, 30.0, 75.0, 160.0, 420.0, 1_500.0)
CUSTOMER = (4.0, 35.0, 120.0, 420.0, 1_100.0, 2_400.0, 7_000.0)
SOON = (2.0, 8.0, 25.0, 60.0)
DAYS_OF_WORK = (600.0, 1_200.0, 2_400.0, 4_800.0, 9_000.0)
