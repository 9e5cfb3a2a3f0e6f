"""The word material in German, French, Spanish and Japanese; see `texts.py` for its shape."""

from .english import ENGLISH
from .texts import Language, Matter, Topic

_GERMAN_TOPICS = (
    Topic("checkout", "bug", "tier_1", "topic:checkout", (
        Matter(
            "Bezahlen nicht möglich",
            "Beim Klick auf »Jetzt bezahlen« wird die Seite weiß.",
            "Wir haben die Sitzung neu gestartet, bitte versuchen Sie es noch einmal.",
        ),
        Matter(
            "Fehler beim letzten Schritt der Kasse",
            "Mehrere Kunden melden uns denselben Fehler, auch in anderen Browsern.",
            "Ihr Zahlungsschlüssel war abgelaufen und ist erneuert. Die Kasse läuft wieder.",
        ),
        Matter(
            "Kasse lädt endlos bei {order}",
            "Die Bestellung {order} bleibt im Warenkorb liegen.",
            "Die Bestellung {order} ist jetzt durchgegangen, die Bestätigung ist unterwegs.",
        ),
    )),
    Topic("billing", "billing", "billing", "topic:invoice", (
        Matter(
            "Falscher Betrag auf der Rechnung",
            "Auf der Rechnung stehen vier Plätze, wir haben aber nur drei.",
            "Die Rechnung ist berichtigt und hängt an.",
        ),
        Matter(
            "Rechnung zu {order} fehlt",
            "Unsere Buchhaltung braucht die Rechnung bis Monatsende.",
            "Die Rechnung zu {order} hängt an.",
        ),
        Matter(
            "Neue Rechnungsanschrift",
            "Wir sind umgezogen, auf der Rechnung steht noch die alte Straße.",
            "Die Anschrift ist geändert, die offene Rechnung neu ausgestellt.",
        ),
    )),
    Topic("shipping", "order", "tier_1", "topic:delivery", (
        Matter(
            "Paket zu {order} ist nicht angekommen",
            "Der Zusteller hat angeblich niemanden angetroffen, wir waren aber den ganzen Tag da.",
            "Das Paket ist gefunden und kommt morgen.",
        ),
        Matter(
            "Falscher Artikel geliefert",
            "Geliefert wurde die grüne Ausführung statt der blauen.",
            "Der Ersatz ist unterwegs, der Rücksendeschein hängt an.",
        ),
        Matter(
            "Lieferanschrift ändern",
            "Die Bestellung {order} soll in die Filiale, nicht ins Lager.",
            "Die Anschrift ist geändert, das Paket geht in die Filiale.",
        ),
    )),
    Topic("account", "how_to", "tier_1", "topic:login", (
        Matter(
            "Anmeldung nach Passwortänderung unmöglich",
            "Der Link in der Mail ist angeblich abgelaufen.",
            "Hier ist ein neuer Link, er gilt eine Stunde.",
        ),
        Matter(
            "Kein Zugang zu {product}",
            "Seit heute früh dreht sich die Anmeldung im Kreis.",
            "Das Konto war nach fünf Fehlversuchen gesperrt und ist wieder offen.",
        ),
        Matter(
            "Code kommt nicht an",
            "Ich habe ein neues Telefon und bekomme den Code nicht mehr.",
            "Der zweite Faktor ist zurückgesetzt. Bei der nächsten Anmeldung richten Sie ihn neu ein.",
        ),
    )),
    Topic("account", "cancellation", "billing", "topic:cancel", (
        Matter(
            "Kündigung zum Quartalsende",
            "Bitte bestätigen Sie das Ende des Vertrags.",
            "Die Kündigung ist eingetragen, es wird nichts mehr abgebucht.",
        ),
        Matter(
            "Wechsel in den kleinen Tarif",
            "Fünf Plätze reichen uns inzwischen.",
            "Ab dem nächsten Abrechnungstag gilt der kleine Tarif.",
        ),
        Matter(
            "Bitte {product} kündigen",
            "Wir brauchen das Produkt nicht mehr.",
            "Die Kündigung ist eingetragen, es wird nichts mehr abgebucht.",
        ),
    )),
)  # fmt: skip
_FRENCH_TOPICS = (
    Topic("shipping", "order", "tier_1", "topic:delivery", (
        Matter(
            "Colis non reçu, commande {order}",
            "Le transporteur dit être passé, mais nous étions là toute la journée.",
            "Le colis est retrouvé, il arrive demain.",
        ),
        Matter(
            "Mauvais article livré",
            "J'ai reçu la version verte au lieu de la bleue.",
            "L'article de remplacement est parti, l'étiquette de retour est jointe.",
        ),
        Matter(
            "Suivi bloqué depuis une semaine",
            "Le suivi n'avance plus depuis mardi.",
            "Le colis était bloqué en douane, il arrive dans deux jours.",
        ),
    )),
    Topic("billing", "refund", "billing", "topic:refund", (
        Matter(
            "Remboursement de la commande {order}",
            "J'ai renvoyé les articles il y a dix jours.",
            "La commande {order} est remboursée en totalité.",
        ),
        Matter(
            "Débité deux fois ce mois-ci",
            "Le même montant a été prélevé deux fois.",
            "Le second prélèvement est remboursé.",
        ),
    )),
)  # fmt: skip
_SPANISH_TOPICS = (
    Topic("account", "how_to", "tier_1", "topic:login", (
        Matter(
            "No puedo iniciar sesión",
            "El enlace del correo dice que ha caducado.",
            "Aquí tiene un enlace nuevo, válido durante una hora.",
        ),
        Matter(
            "No llega el código de verificación",
            "Cambié de teléfono y no recibo el código.",
            "He restablecido el segundo factor.",
        ),
        Matter(
            "Sin acceso a {product}",
            "Desde esta mañana la página de acceso da vueltas.",
            "La cuenta estaba bloqueada y ya está abierta de nuevo.",
        ),
    )),
    Topic("billing", "billing", "billing", "topic:invoice", (
        Matter(
            "Factura incorrecta del pedido {order}",
            "En la factura aparecen cuatro licencias y tenemos tres.",
            "La factura está corregida y va adjunta.",
        ),
        Matter(
            "Falta la factura de este mes",
            "Contabilidad la necesita antes de fin de mes.",
            "La factura va adjunta.",
        ),
    )),
)  # fmt: skip
_JAPANESE_TOPICS = (
    Topic("checkout", "bug", "tier_1", "topic:checkout", (
        Matter(
            "決済画面でエラーになります",
            "「支払う」を押すと画面が白くなります。",
            "決済を再開しました。もう一度お試しください。",
        ),
        Matter(
            "注文 {order} の支払いができません",
            "複数のお客様から同じ報告があります。",
            "決済を再開しました。もう一度お試しください。",
        ),
    )),
    Topic("shipping", "order", "tier_1", "topic:delivery", (
        Matter(
            "注文 {order} の荷物が届きません",
            "追跡が火曜日から動いていません。",
            "荷物が見つかりました。明日お届けします。",
        ),
        Matter(
            "違う商品が届きました",
            "青を頼みましたが緑が届きました。",
            "交換品を発送しました。返送用の伝票を添付します。",
        ),
    )),
)  # fmt: skip

GERMAN = Language(
    greetings=("Hallo,", "Guten Tag,", "Sehr geehrte Damen und Herren,", "Moin,"),
    context=(
        "Es geht um die Bestellung {order}.",
        "Wir setzen {product} in drei Filialen ein.",
        "Das passiert nicht zum ersten Mal.",
        "Einen Bildschirmausschnitt habe ich angehängt.",
    ),
    closings=("Mit freundlichen Grüßen\n{name}", "Viele Grüße\n{name}", "Danke und Gruß\n{name}"),
    more=(
        "Bei meiner Kollegin geht es übrigens, nur bei mir nicht.",
        "Noch etwas: Bis letzte Woche lief alles.",
    ),
    chasers=("Gibt es etwas Neues? Wir warten noch.", "Hallo? Bitte um Rückmeldung."),
    thanks=("Danke!", "Super, es geht wieder. Vielen Dank!", "Perfekt, herzlichen Dank."),
    not_fixed=("Leider ist es wieder wie vorher.", "Das ist leider noch nicht gelöst."),
    sorry=("es tut mir leid, dass es damit nicht erledigt war. Jetzt sollte es halten.",),
    hello=("Guten Tag {name},", "Hallo {name},"),
    looking=(
        "danke für Ihre Nachricht. Ich sehe mir das an.",
        "danke für die genaue Beschreibung. Ich kläre das.",
    ),
    working=(
        "kurz zum Stand: Wir sind noch dabei, ich melde mich wieder.",
        "danke für Ihre Geduld. Es liegt jetzt beim zuständigen Team.",
    ),
    questions=(
        (
            "um welche Filiale geht es?",
            "Um die Filiale in der Innenstadt.",
        ),
        ("könnten Sie einen Bildschirmausschnitt schicken?", "Der Ausschnitt hängt an."),
        ("darf ich dafür in Ihr Konto sehen?", "Ja, gern. Die letzte Bestellung ist {order}."),
    ),
    goodbye=("Freundliche Grüße\n{agent}", "Viele Grüße\n{agent}\nLarkshelf Support"),
    reminder="Wir warten noch auf Ihre Antwort. Ohne sie schließen wir die Anfrage in einigen Tagen.",
    topics=_GERMAN_TOPICS,
)

FRENCH = Language(
    greetings=("Bonjour,", "Bonjour à toute l'équipe,"),
    context=("Il s'agit de la commande {order}.", "Nous utilisons {product} dans deux magasins."),
    closings=("Cordialement,\n{name}", "Merci d'avance,\n{name}"),
    more=("Chez ma collègue tout fonctionne.",),
    chasers=("Avez-vous des nouvelles ?", "Nous attendons toujours une réponse."),
    thanks=("Merci !", "Parfait, merci beaucoup."),
    not_fixed=("Le problème est revenu.",),
    sorry=("désolé que cela n'ait pas suffi. Cette fois, c'est réglé.",),
    hello=("Bonjour {name},",),
    looking=("merci pour votre message. Je regarde cela tout de suite.",),
    working=("nous y travaillons encore, je reviens vers vous.",),
    questions=(
        ("pourriez-vous nous envoyer une capture d'écran ?", "Voici la capture d'écran demandée."),
        ("de quelle commande s'agit-il ?", "C'était la commande {order}."),
    ),
    goodbye=("Cordialement,\n{agent}",),
    reminder="Nous attendons toujours votre réponse.",
    topics=_FRENCH_TOPICS,
)

SPANISH = Language(
    greetings=("Hola:", "Buenos días:"),
    context=("Se trata del pedido {order}.", "Usamos {product} en dos tiendas."),
    closings=("Un saludo,\n{name}", "Gracias de antemano,\n{name}"),
    more=("A mi compañera sí le funciona.",),
    chasers=("¿Hay novedades?", "Seguimos esperando una respuesta."),
    thanks=("¡Gracias!", "Perfecto, muchas gracias."),
    not_fixed=("El problema ha vuelto.",),
    sorry=("siento que no haya bastado. Ahora debería quedar resuelto.",),
    hello=("Hola, {name}:",),
    looking=("gracias por su mensaje. Lo estoy revisando.",),
    working=("seguimos en ello y le escribo en cuanto sepa más.",),
    questions=(
        ("¿podría enviarnos una captura de pantalla?", "Aquí tiene la captura."),
        ("¿de qué pedido se trata?", "Era el pedido {order}."),
    ),
    goodbye=("Un saludo,\n{agent}",),
    reminder="Seguimos esperando su respuesta.",
    topics=_SPANISH_TOPICS,
)

JAPANESE = Language(
    greetings=("お世話になっております。", "こんにちは。"),
    context=("注文番号は {order} です。", "{product} を三店舗で使っています。"),
    closings=("よろしくお願いいたします。\n{name}",),
    more=("先週までは問題ありませんでした。",),
    chasers=("その後いかがでしょうか。",),
    thanks=("ありがとうございました。",),
    not_fixed=("同じ状態に戻っています。",),
    sorry=("解決に至らず申し訳ございません。再度対応いたしました。",),
    hello=("{name} 様",),
    looking=("お問い合わせありがとうございます。確認いたします。",),
    working=("引き続き対応しております。進展があり次第ご連絡いたします。",),
    questions=(("画面のスクリーンショットをお送りいただけますか。", "スクリーンショットを添付しました。"),),
    goodbye=("よろしくお願いいたします。\n{agent}",),
    reminder="ご返信をお待ちしております。",
    topics=_JAPANESE_TOPICS,
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "ja": JAPANESE}
