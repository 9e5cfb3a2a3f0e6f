"""How long things take: evenly spaced quantiles, minimum and maximum included.

Minutes for what somebody does: those of the team are open time for a ticket of normal priority, customers
answer at any hour. Days of any kind for tickets that are left lying; their mean times what arrives in a day
is how many of them lie there at any time, whatever the size of the helpdesk.
"""

PICK_UP = (1.0, 4.0, 12.0, 30.0, 60.0, 120.0, 230.0, 480.0)
FIRST_REPLY = (2.0, 8.0, 18.0, 40.0, 75.0, 130.0, 220.0, 420.0)
TOUCH = (2.0, 10.0, 30.0, 75.0, 160.0, 420.0, 1_300.0)
SOLUTION = (20.0, 90.0, 260.0, 600.0, 1_100.0, 1_900.0, 3_600.0)
CUSTOMER = (4.0, 60.0, 240.0, 900.0, 1_700.0, 3_200.0, 7_000.0)
SOON = (2.0, 8.0, 25.0, 60.0)
DAYS_OF_WORK = (300.0, 700.0, 1_200.0, 2_000.0, 3_600.0)
CLEAN_UP = (1.0, 1.0, 1.0, 600.0, 3_000.0, 7_000.0)

LEFT_FOR_DAYS = (0.7, 1.2, 2.0, 3.0, 5.0, 9.0, 16.0)
LEFT_FOR_WEEKS = (2.0, 4.0, 6.0, 9.0, 13.0, 21.0, 80.0)
LEFT_FOR_MONTHS = (9.0, 15.0, 22.0, 32.0, 45.0, 65.0, 110.0)
