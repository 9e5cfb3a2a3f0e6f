"""Messages as people send them: greeting, matter, quoted mail, signature, disclaimer, HTML left over."""

from .dice import Dice
from .texts import DISCLAIMER, PRODUCTS, Language, Matter


class Writer:
    """Fills the templates of one language for one ticket."""

    __slots__ = ("agent", "company", "dice", "language", "name", "order", "product")

    def __init__(self, dice: Dice, language: Language, *, name: str, company: str | None) -> None:
        self.dice = dice
        self.language = language
        self.name = name
        self.company = company
        self.agent = ""
        self.order = f"LS-{dice.between(10_000, 99_999)}"
        self.product = dice.pick(PRODUCTS)

    def fill(self, template: str) -> str:
        if "{" not in template:
            return template
        first = self.name.partition(" ")[0]
        return template.format(name=first, agent=self.agent, order=self.order, product=self.product)

    def one_of(self, templates: tuple[str, ...]) -> str:
        return self.fill(self.dice.pick(templates))

    def first_message(self, matter: Matter, *, channel: str, extra: str | None) -> str:
        dice, language = self.dice, self.language
        problem = [self.fill(matter.problem)]
        if dice.chance(0.55):
            context = dice.pick(language.context)
            if "{order}" not in context or "{order}" not in matter.subject + matter.problem:
                problem.append(self.fill(context))
        if extra:
            problem.append(extra)
        if channel == "chat":
            return " ".join(problem)
        if channel == "phone":
            return f"Phone call, {self.name}:\n" + "\n".join(f"- {sentence}" for sentence in problem)
        body = [self.one_of(language.greetings), " ".join(problem), self.one_of(language.closings)]
        return self._as_mail(body) if channel == "email" else "\n\n".join(body)

    def _as_mail(self, body: list[str]) -> str:
        """What mail programs add: a signature, a disclaimer, a quoted mail, markup."""
        dice = self.dice
        if self.company and dice.chance(0.5):
            body.append(f"--\n{self.name}\n{self.company}\nwww.example.com")
        if dice.chance(0.14):
            body.append(DISCLAIMER)
        if dice.chance(0.08):
            body.append(f"> {self.one_of(self.language.looking)}\n> Larkshelf Support")
        if dice.chance(0.06):
            return "".join(f"<p>{part}</p>&nbsp;" for part in body)
        return "\n\n".join(body)

    def agent_message(self, agent: str, sentence: str) -> str:
        self.agent = agent.partition(" ")[0]
        language = self.language
        return "\n\n".join([self.one_of(language.hello), self.fill(sentence), self.one_of(language.goodbye)])

    def customer_message(self, sentence: str, *, quoting: str | None = None) -> str:
        message = self.fill(sentence)
        if quoting and self.dice.chance(0.3):
            said = quoting.split("\n\n")[1]
            return f"{message}\n\n{self.agent or 'Support'} wrote:\n> {said}"
        return message
