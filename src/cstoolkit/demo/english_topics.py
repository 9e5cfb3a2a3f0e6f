"""What people write about in English: subject, first message and the answer that solves it."""

from .texts import Matter, Topic

TOPICS = (
    Topic("checkout", "bug", "tier_1", "topic:checkout", (
        Matter(
            "Checkout fails at the last step",
            "When I press the pay button the page turns white and nothing is charged.",
            "A browser extension blocked our payment frame. With the new frame address it works.",
        ),
        Matter(
            "Payment page keeps loading for order {order}",
            "The order is {order}; it stays in the basket and no confirmation arrives.",
            "We have restarted the payment session for {order}; please try once more.",
        ),
        Matter(
            "Customers cannot pay in {product}",
            "Two of our buyers report an error at the last step; I could reproduce it in Firefox and Chrome.",
            "Your payment key had expired. We have renewed it, and test payments go through again.",
        ),
        Matter(
            "Error 502 when I press Pay now",
            "It happens about every third time since yesterday, and the second try mostly works.",
            "One of our payment servers was misbehaving and is out of service now.",
        ),
    )),
    Topic("billing", "billing", "billing", "topic:invoice", (
        Matter(
            "Wrong amount on the last invoice",
            "The invoice shows four seats, but we only have three since March.",
            "I have corrected the invoice; the new one is attached and replaces the old.",
        ),
        Matter(
            "Invoice for order {order} is missing",
            "Our accountant needs the invoice for {order} before the end of the month.",
            "The invoice for {order} is attached; it had gone to an address that no longer exists.",
        ),
        Matter(
            "Please change the billing address on our invoices",
            "We moved offices and the old address is still printed on every invoice.",
            "The billing address is changed and the open invoice was issued again.",
        ),
        Matter(
            "VAT number does not show on the invoice",
            "We entered it in the settings, but the PDF still comes without it.",
            "The number is on file now, and the last three invoices were issued again with it.",
        ),
    )),
    Topic("billing", "refund", "billing", "topic:refund", (
        Matter(
            "Refund for order {order}",
            "We sent the goods of {order} back ten days ago and would like to have the money back.",
            "I have refunded {order} in full and sent you the receipt.",
        ),
        Matter(
            "I was charged twice this month",
            "The same amount left our account two times on the same day.",
            "The second charge was taken back today; banks need three to five working days.",
        ),
        Matter(
            "Money back for the cancelled subscription",
            "I cancelled in time and was charged all the same.",
            "You are right, the cancellation came in time. The charge is refunded.",
        ),
        Matter(
            "Where is my refund?",
            "You promised a refund for {order} two weeks ago and I have not seen it.",
            "The refund had been returned by your bank. I have sent it again to the new account.",
        ),
    )),
    Topic("account", "how_to", "tier_1", "topic:login", (
        Matter(
            "Cannot log in after password reset",
            "The reset mail arrives, but the link says it has expired.",
            "The link was cut by your mail filter. Here is a fresh one that works for an hour.",
        ),
        Matter(
            "Two-factor code never arrives",
            "I changed my phone and no longer receive the code.",
            "I have reset the second factor; you will be asked to set it up at the next login.",
        ),
        Matter(
            "Locked out of {product}",
            "Since this morning the login page sends me in a circle.",
            "Your account was locked after five failed attempts. It is open again.",
        ),
        Matter(
            "Please transfer the account to my colleague",
            "I am leaving the company at the end of the month, and she takes over from me.",
            "The account belongs to your colleague now; she has got a mail to confirm it.",
        ),
    )),
    Topic("shipping", "order", "tier_1", "topic:delivery", (
        Matter(
            "Parcel for order {order} has not arrived",
            "Nobody rang, but the carrier says that delivery was attempted.",
            "The carrier found the parcel; it comes on the next working day.",
        ),
        Matter(
            "Wrong item in my parcel",
            "I ordered the blue one and received the green one, in the wrong size too.",
            "A replacement is on its way, and the return label is attached.",
        ),
        Matter(
            "Delivery address change for {order}",
            "The order {order} should go to our shop in the city, not to the warehouse.",
            "The address of {order} is changed; the parcel had not left the warehouse yet.",
        ),
        Matter(
            "Tracking has not moved for a week",
            "The tracking page has said 'in transit' since last Tuesday.",
            "The parcel was stuck in customs and is released. It arrives in two days.",
        ),
    )),
    Topic("mobile", "bug", "tier_1", "topic:app", (
        Matter(
            "App crashes when opening a report",
            "After the splash screen it closes by itself; reinstalling did not help.",
            "The fix is in today's release; please update from the store.",
        ),
        Matter(
            "{product} shows a blank screen on Android",
            "It happens on two phones since the update of last week.",
            "Clearing the app's storage once brings the screen back; your data is on our side.",
        ),
        Matter(
            "Push notifications stopped after the update",
            "New orders only show up when somebody opens the app.",
            "The update had withdrawn a permission. Allow notifications once more, and they come.",
        ),
        Matter(
            "Scanner does not read barcodes any more",
            "It focuses, beeps, and then nothing is added to the list.",
            "Your barcodes have a check digit that was new to the app. It knows it since this morning.",
        ),
    )),
    Topic("api", "bug", "tier_2", "topic:api", (
        Matter(
            "API answers 429 although we are under the limit",
            "We send two calls a second and still get HTTP 429 about every tenth time.",
            "The counter was shared with your test key; it is separated now.",
        ),
        Matter(
            "Webhook signature does not match",
            "The signature that we compute differs from your header since the key change.",
            "The signature covers the raw body; your proxy re-encoded it. With the raw bytes it matches.",
        ),
        Matter(
            "Orders endpoint returns duplicates",
            "Page two repeats the last rows of page one.",
            "Orders came in between the two calls. With the cursor instead of page numbers none repeats.",
        ),
        Matter(
            "Need a higher rate limit for the migration",
            "We move eighty thousand products over the weekend and would hit the limit all the time.",
            "Your limit is ten times as high until Monday morning. Good luck with the move.",
        ),
    )),
    Topic("insights", "how_to", "tier_2", "topic:report", (
        Matter(
            "Numbers in the dashboard do not match the export",
            "The dashboard shows more orders for Monday than the export does.",
            "The export is in UTC and the dashboard in your zone; both can be set under Settings.",
        ),
        Matter(
            "How do I schedule a weekly report?",
            "We need the report by mail every Monday at eight.",
            "The weekly report is set up; the first comes on Monday.",
        ),
        Matter(
            "Export stops after ten thousand rows",
            "The file ends in the middle of a line.",
            "Large exports come as several files. The link to the second one is in the same mail.",
        ),
        Matter(
            "Report is a day behind",
            "Yesterday's orders only appear in the evening.",
            "The nightly run had moved behind the backup. It is first again, and today's numbers are there.",
        ),
    )),
    Topic("account", "cancellation", "billing", "topic:cancel", (
        Matter(
            "Please cancel our subscription",
            "We no longer need it after the end of the quarter.",
            "The subscription ends with the current term; nothing more will be charged.",
        ),
        Matter(
            "Downgrade to the small plan",
            "Most of our staff has left the shop floor, and five seats are plenty.",
            "You are on the small plan from the next billing date on.",
        ),
        Matter(
            "Cancel {product} at the end of the term",
            "Please confirm the date on which the contract ends.",
            "I confirm the end of the contract on the last day of the term.",
        ),
        Matter(
            "We are leaving, please delete our data",
            "The new owner uses another system, so nothing of ours has to be kept.",
            "Your data is deleted on the last day of the contract; invoices are kept as the law wants it.",
        ),
    )),
    Topic("other", "other", "tier_1", "topic:general", (
        Matter(
            "Question about your opening hours",
            "Is there anybody whom we can call on a Saturday?",
            "Not on Saturdays, I am afraid. Outages are watched around the clock all the same.",
        ),
        Matter(
            "Feature request: dark mode for {product}",
            "Is this planned, and if so, for when?",
            "It is on our list for the coming months; I cannot promise a date.",
        ),
        Matter(
            "Partnership enquiry",
            "We build shops for small breweries and would like to offer your product with them.",
            "Thank you, our partner team has your message and will call you this week.",
        ),
        Matter(
            "Feedback on the new layout",
            "The new layout hides the button that we use most.",
            "Thank you, I have passed this on to the product team.",
        ),
    )),
)  # fmt: skip

OUTAGE = Topic("checkout", "bug", "incident_desk", "topic:outage", tuple(
    Matter(subject, problem, "Checkout works again for all shops, and queued orders went through. We are sorry.")
    for subject, problem in (
        ("Checkout is down", "All our stores show 'service unavailable (503)' at checkout."),
        ("URGENT: nobody can pay", "No order came through for half an hour. Every minute costs us money."),
        ("Is there an outage?", "We see error 503 on every order, and your status page is green."),
        ("Shop unreachable since this morning", "The shop opens, but nothing can be bought."),
    )
))  # fmt: skip

SPAM = Topic("other", "other", "tier_1", "topic:general", (
    Matter("Your website can be number one", "We put you on the first page of every search engine.", ""),
    Matter("10,000 followers in a week", "Real people, no password needed. Answer today for half the price.", ""),
    Matter("Invoice overdue, open at once", "Your parcel is held back. Follow the link to release it.", ""),
    Matter("Exclusive offer for shop owners", "A loan without questions is ready for you.", ""),
))  # fmt: skip

AUTOMATIC = Topic("other", "other", "tier_1", "topic:general", (
    Matter("Out of office", "I am away until Monday. In urgent matters please turn to my colleagues.", ""),
    Matter("Automatic reply: your request", "We have received your message and will answer soon.", ""),
    Matter("Undeliverable: your invoice", "The mailbox of the recipient is full. This mail was not delivered.", ""),
))  # fmt: skip
