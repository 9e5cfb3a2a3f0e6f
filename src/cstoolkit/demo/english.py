"""The English word material; see `texts.py` for its shape."""

from .texts import Language, Topic

_TOPICS = (
    Topic(
        "checkout",
        "bug",
        "tier_1",
        "topic:checkout",
        (
            "Checkout fails at the last step",
            "Payment page keeps loading for order {order}",
            "Customers cannot pay in {product}",
            "Error 502 when I press Pay now",
        ),
        (
            "When I press the pay button the page turns white and nothing is charged.",
            "Two of our buyers report an error at the last step; I could reproduce it in Firefox and Chrome.",
            "The order is {order}; it stays in the basket and no confirmation arrives.",
        ),
        (
            "We have restarted the payment session for {order}; please try once more.",
            "A browser extension blocked our payment frame. With the new frame address it works.",
        ),
    ),
    Topic(
        "billing",
        "billing",
        "billing",
        "topic:invoice",
        (
            "Wrong amount on the last invoice",
            "Invoice for order {order} is missing",
            "Please change the billing address on our invoices",
            "VAT number does not show on the invoice",
        ),
        (
            "The invoice shows four seats, but we only have three since March.",
            "Our accountant needs a corrected invoice for {order} before the end of the month.",
            "We moved offices and the old address is still printed on every invoice.",
        ),
        (
            "I have corrected the invoice; the new one is attached and replaces the old.",
            "The billing address is changed and the open invoice was issued again.",
        ),
    ),
    Topic(
        "billing",
        "refund",
        "billing",
        "topic:refund",
        (
            "Refund for order {order}",
            "I was charged twice this month",
            "Money back for the cancelled subscription",
            "Where is my refund?",
        ),
        (
            "I cancelled in time and was charged all the same.",
            "The same amount left our account two times on the same day.",
            "You promised a refund for {order} two weeks ago and I have not seen it.",
        ),
        (
            "The second charge was taken back today; banks need three to five working days.",
            "I have refunded {order} in full and sent you the receipt.",
        ),
    ),
    Topic(
        "account",
        "how_to",
        "tier_1",
        "topic:login",
        (
            "Cannot log in after password reset",
            "Two-factor code never arrives",
            "Locked out of {product}",
            "Please transfer the account to my colleague",
        ),
        (
            "The reset mail arrives, but the link says it has expired.",
            "I changed my phone and no longer receive the code.",
            "Since this morning the login page sends me in a circle.",
        ),
        (
            "I have reset the second factor; you will be asked to set it up at the next login.",
            "The link was cut by your mail filter. Here is a fresh one that works for an hour.",
        ),
    ),
    Topic(
        "shipping",
        "order",
        "tier_1",
        "topic:delivery",
        (
            "Parcel for order {order} has not arrived",
            "Wrong item in my parcel",
            "Delivery address change for {order}",
            "Tracking has not moved for a week",
        ),
        (
            "The tracking page has said 'in transit' since last Tuesday.",
            "I ordered the blue one and received the green one, in the wrong size too.",
            "Nobody rang, but the carrier says that delivery was attempted.",
        ),
        (
            "The carrier found the parcel; it comes on the next working day.",
            "A replacement is on its way, and the return label is attached.",
        ),
    ),
    Topic(
        "mobile",
        "bug",
        "tier_1",
        "topic:app",
        (
            "App crashes when opening a report",
            "{product} shows a blank screen on Android",
            "Push notifications stopped after the update",
            "Scanner does not read barcodes any more",
        ),
        (
            "It happens on two phones since the update of last week.",
            "After the splash screen it closes by itself; reinstalling did not help.",
            "The log says 'unexpected token', then nothing.",
        ),
        (
            "The fix is in today's release; please update from the store.",
            "Clearing the app's storage once brings the screen back; your data is on our side.",
        ),
    ),
    Topic(
        "api",
        "bug",
        "tier_2",
        "topic:api",
        (
            "API answers 429 although we are under the limit",
            "Webhook signature does not match",
            "Orders endpoint returns duplicates",
            "Need a higher rate limit for the migration",
        ),
        (
            "We send two calls a second and still get HTTP 429 about every tenth time.",
            "The signature that we compute differs from your header since the key change.",
            "Page two repeats the last rows of page one.",
        ),
        (
            "The counter was shared with your test key; it is separated now.",
            "The signature covers the raw body; your proxy re-encoded it. With the raw bytes it matches.",
        ),
    ),
    Topic(
        "insights",
        "how_to",
        "tier_2",
        "topic:report",
        (
            "Numbers in the dashboard do not match the export",
            "How do I schedule a weekly report?",
            "Export stops after ten thousand rows",
            "Report is a day behind",
        ),
        (
            "The dashboard shows more orders for Monday than the export does.",
            "We need the report by mail every Monday at eight.",
            "The file ends in the middle of a line.",
        ),
        (
            "The export is in UTC and the dashboard in your zone; both can be set under Settings.",
            "The weekly report is set up; the first comes on Monday.",
        ),
    ),
    Topic(
        "account",
        "cancellation",
        "billing",
        "topic:cancel",
        (
            "Please cancel our subscription",
            "Downgrade to the small plan",
            "Cancel {product} at the end of the term",
            "We are leaving, please delete our data",
        ),
        (
            "We no longer need it after the end of the quarter.",
            "The new owner uses another system.",
            "Please confirm the date on which the contract ends.",
        ),
        (
            "The subscription ends with the current term; nothing more will be charged.",
            "You are on the small plan from the next billing date on.",
        ),
    ),
    Topic(
        "other",
        "other",
        "tier_1",
        "topic:general",
        (
            "Question about your opening hours",
            "Feature request: dark mode for {product}",
            "Partnership enquiry",
            "Feedback on the new layout",
        ),
        (
            "I could not find this in your help centre.",
            "Is this planned, and if so, for when?",
            "The new layout hides the button that we use most.",
        ),
        (
            "Thank you, I have passed this on to the product team.",
            "It is on our list for the coming months; I cannot promise a date.",
        ),
    ),
)

OUTAGE = Topic(
    "checkout",
    "bug",
    "incident_desk",
    "topic:outage",
    (
        "Checkout is down",
        "URGENT: nobody can pay",
        "Is there an outage? Error 503 on every order",
        "Shop unreachable since this morning",
    ),
    (
        "All our stores show 'service unavailable (503)' at checkout.",
        "No order came through for half an hour. Every minute costs us money.",
        "The status page is green, but nothing works.",
    ),
    (
        "The payment cluster is healthy again and all queued orders went through. We are sorry.",
        "Checkout works again for all shops. A report follows.",
    ),
)

ENGLISH = Language(
    greetings=("Hi,", "Hello,", "Hi there,", "Dear support team,", "Good morning,", "Hey folks,"),
    context=(
        "This concerns order {order}.",
        "We use {product} in three shops.",
        "It is not the first time this happens.",
        "I have attached a screenshot.",
        "We are on the business plan.",
        "Could you look into it today, please?",
        "My colleague wrote to you about this in spring.",
    ),
    closings=("Thanks,\n{name}", "Kind regards,\n{name}", "Best,\n{name}", "Thank you in advance\n{name}"),
    more=(
        "Here is what you asked for: version 5.2, Windows 11, since Monday.",
        "I tried that, and now I see another message: 'session not valid'.",
        "Sure, you may look into our account. The order was {order}.",
        "It works for my colleague but not for me.",
    ),
    chasers=(
        "Any news on this? We are still waiting.",
        "Hello? Could somebody please answer?",
        "Our customers ask every day. When will this be solved?",
        "Just checking in on this one.",
    ),
    thanks=(
        "Thanks!",
        "Great, that works. Thank you!",
        "Perfect, thanks a lot.",
        "Thank you, have a nice day!",
    ),
    not_fixed=(
        "Sorry, it is back. The same error as before.",
        "This is not solved: the amount is still wrong.",
        "It worked for a day and now it fails again.",
    ),
    hello=("Hi {name},", "Hello {name},", "Dear {name},"),
    looking=(
        "Thank you for writing in. I am looking into it and will be back soon.",
        "I could reproduce this and have asked our engineers.",
        "Sorry for the trouble. I have opened your account and am checking the log.",
    ),
    questions=(
        "Could you tell me which version you use and since when this happens?",
        "Could you send me a screenshot with the full address line?",
        "May I look into your account, and which order was it?",
    ),
    goodbye=("Kind regards,\n{agent}", "Best wishes,\n{agent}\nLarkshelf Support", "Cheers,\n{agent}"),
    reminder="We are still waiting for your answer. Without one this request is closed in a few days.",
    topics=_TOPICS,
)
