"""What is said in English; see `texts.py` for the shape, `english_topics.py` for the matters."""

from .english_topics import TOPICS
from .texts import Language

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
        "It works for my colleague but not for me, if that helps.",
        "I tried it once more, and now I see another message: 'session not valid'.",
        "One more thing: it was fine until last week.",
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
        "Sorry, it is back. The same as before.",
        "I am afraid this is not solved yet.",
        "It was fine for a day, and now we are where we began.",
    ),
    sorry=(
        "I am sorry that it came back. I went through it again with a colleague, and this time it should hold.",
        "Sorry that our answer did not settle it. We have corrected what we had missed.",
    ),
    hello=("Hi {name},", "Hello {name},", "Dear {name},"),
    looking=(
        "Thank you for writing in. I am looking into it and will be back soon.",
        "Thank you for the clear description. I am checking this with a colleague.",
        "Sorry for the wait. I have your account in front of me and am looking into it now.",
    ),
    working=(
        "A short update: we are still on it, and I will write again as soon as I know more.",
        "Thank you for your patience. It is with the team that can decide this.",
        "We know what it takes now and are preparing it.",
        "It takes longer than I had hoped; it is not forgotten.",
    ),
    questions=(
        (
            "To be sure that I get this right: which of your shops is it about?",
            "It is about the shop in the city centre.",
        ),
        ("Could you send me a screenshot of what you see?", "Here is the screenshot."),
        ("May I look into your account for this?", "Yes, please do. {order} is the latest order."),
    ),
    goodbye=("Kind regards,\n{agent}", "Best wishes,\n{agent}\nLarkshelf Support", "Cheers,\n{agent}"),
    reminder="We are still waiting for your answer. Without one this request is closed in a few days.",
    topics=TOPICS,
)
