"""The word material in German, French, Spanish and Japanese; see `texts.py` for its shape."""

from .english import ENGLISH
from .texts import Language, Topic

_GERMAN_TOPICS = (
    Topic(
        "checkout",
        "bug",
        "tier_1",
        "topic:checkout",
        ("Bezahlen nicht möglich", "Fehler beim letzten Schritt der Kasse", "Kasse lädt endlos bei {order}"),
        (
            "Beim Klick auf »Jetzt bezahlen« wird die Seite weiß.",
            "Mehrere Kunden melden uns denselben Fehler, auch in anderen Browsern.",
            "Die Bestellung {order} bleibt im Warenkorb liegen.",
        ),
        ("Wir haben die Sitzung neu gestartet, bitte versuchen Sie es noch einmal.",),
    ),
    Topic(
        "billing",
        "billing",
        "billing",
        "topic:invoice",
        ("Falscher Betrag auf der Rechnung", "Rechnung zu {order} fehlt", "Neue Rechnungsanschrift"),
        (
            "Auf der Rechnung stehen vier Plätze, wir haben aber nur drei.",
            "Unsere Buchhaltung braucht die berichtigte Rechnung bis Monatsende.",
            "Wir sind umgezogen, auf der Rechnung steht noch die alte Straße.",
        ),
        ("Die Rechnung ist berichtigt und hängt an.", "Die Anschrift ist geändert."),
    ),
    Topic(
        "shipping",
        "order",
        "tier_1",
        "topic:delivery",
        ("Paket zu {order} ist nicht angekommen", "Falscher Artikel geliefert", "Lieferanschrift ändern"),
        (
            "Die Sendungsverfolgung steht seit Dienstag still.",
            "Geliefert wurde die grüne Ausführung statt der blauen.",
            "Der Zusteller hat angeblich niemanden angetroffen, wir waren aber den ganzen Tag da.",
        ),
        (
            "Das Paket ist gefunden und kommt morgen.",
            "Der Ersatz ist unterwegs, der Rücksendeschein hängt an.",
        ),
    ),
    Topic(
        "account",
        "how_to",
        "tier_1",
        "topic:login",
        ("Anmeldung nach Passwortänderung unmöglich", "Kein Zugang zu {product}", "Code kommt nicht an"),
        (
            "Der Link in der Mail ist angeblich abgelaufen.",
            "Ich habe ein neues Telefon und bekomme den Code nicht mehr.",
            "Seit heute früh dreht sich die Anmeldung im Kreis.",
        ),
        ("Der zweite Faktor ist zurückgesetzt. Bei der nächsten Anmeldung richten Sie ihn neu ein.",),
    ),
    Topic(
        "account",
        "cancellation",
        "billing",
        "topic:cancel",
        ("Kündigung zum Quartalsende", "Wechsel in den kleinen Tarif", "Bitte {product} kündigen"),
        ("Wir brauchen das Produkt nicht mehr.", "Bitte bestätigen Sie das Ende des Vertrags."),
        ("Die Kündigung ist eingetragen, es wird nichts mehr abgebucht.",),
    ),
)

GERMAN = Language(
    greetings=("Hallo,", "Guten Tag,", "Sehr geehrte Damen und Herren,", "Moin,"),
    context=(
        "Es geht um die Bestellung {order}.",
        "Wir setzen {product} in drei Filialen ein.",
        "Das passiert nicht zum ersten Mal.",
        "Einen Bildschirmausschnitt habe ich angehängt.",
    ),
    closings=("Mit freundlichen Grüßen\n{name}", "Viele Grüße\n{name}", "Danke und Gruß\n{name}"),
    more=("Version 5.2 unter Windows 11, seit Montag.", "Ja, gern. Es war die Bestellung {order}."),
    chasers=("Gibt es etwas Neues? Wir warten noch.", "Hallo? Bitte um Rückmeldung."),
    thanks=("Danke!", "Super, es geht wieder. Vielen Dank!", "Perfekt, herzlichen Dank."),
    not_fixed=(
        "Leider ist der Fehler wieder da.",
        "Das ist nicht gelöst, der Betrag stimmt immer noch nicht.",
    ),
    hello=("Guten Tag {name},", "Hallo {name},"),
    looking=("danke für Ihre Nachricht. Ich sehe mir das an.", "ich konnte den Fehler nachstellen."),
    questions=("Welche Version benutzen Sie, und seit wann?", "Könnten Sie einen Ausschnitt schicken?"),
    goodbye=("Freundliche Grüße\n{agent}", "Viele Grüße\n{agent}\nLarkshelf Support"),
    reminder="Wir warten noch auf Ihre Antwort. Ohne sie schließen wir die Anfrage in einigen Tagen.",
    topics=_GERMAN_TOPICS,
)

FRENCH = Language(
    greetings=("Bonjour,", "Bonjour à toute l'équipe,"),
    context=("Il s'agit de la commande {order}.", "Nous utilisons {product} dans deux magasins."),
    closings=("Cordialement,\n{name}", "Merci d'avance,\n{name}"),
    more=("Voici la capture d'écran demandée.", "Oui, c'était la commande {order}."),
    chasers=("Avez-vous des nouvelles ?", "Nous attendons toujours une réponse."),
    thanks=("Merci !", "Parfait, merci beaucoup."),
    not_fixed=("Le problème est revenu.",),
    hello=("Bonjour {name},",),
    looking=("merci pour votre message. Je regarde cela tout de suite.",),
    questions=("Pourriez-vous nous envoyer une capture d'écran ?",),
    goodbye=("Cordialement,\n{agent}",),
    reminder="Nous attendons toujours votre réponse.",
    topics=(
        Topic(
            "shipping",
            "order",
            "tier_1",
            "topic:delivery",
            ("Colis non reçu, commande {order}", "Mauvais article livré", "Suivi bloqué depuis une semaine"),
            ("Le suivi n'avance plus depuis mardi.", "J'ai reçu la version verte au lieu de la bleue."),
            ("Le colis est retrouvé, il arrive demain.",),
        ),
        Topic(
            "billing",
            "refund",
            "billing",
            "topic:refund",
            ("Remboursement de la commande {order}", "Débité deux fois ce mois-ci"),
            ("Le même montant a été prélevé deux fois.", "J'avais pourtant résilié à temps."),
            ("Le second prélèvement est remboursé.",),
        ),
    ),
)

SPANISH = Language(
    greetings=("Hola:", "Buenos días:"),
    context=("Se trata del pedido {order}.", "Usamos {product} en dos tiendas."),
    closings=("Un saludo,\n{name}", "Gracias de antemano,\n{name}"),
    more=("Aquí tiene la captura.", "Sí, era el pedido {order}."),
    chasers=("¿Hay novedades?", "Seguimos esperando una respuesta."),
    thanks=("¡Gracias!", "Perfecto, muchas gracias."),
    not_fixed=("El problema ha vuelto.",),
    hello=("Hola, {name}:",),
    looking=("gracias por su mensaje. Lo estoy revisando.",),
    questions=("¿Podría enviarnos una captura de pantalla?",),
    goodbye=("Un saludo,\n{agent}",),
    reminder="Seguimos esperando su respuesta.",
    topics=(
        Topic(
            "account",
            "how_to",
            "tier_1",
            "topic:login",
            ("No puedo iniciar sesión", "No llega el código de verificación", "Sin acceso a {product}"),
            ("El enlace del correo dice que ha caducado.", "Cambié de teléfono y no recibo el código."),
            ("He restablecido el segundo factor.",),
        ),
        Topic(
            "billing",
            "billing",
            "billing",
            "topic:invoice",
            ("Factura incorrecta del pedido {order}", "Falta la factura de este mes"),
            ("En la factura aparecen cuatro licencias y tenemos tres.",),
            ("La factura está corregida y va adjunta.",),
        ),
    ),
)

JAPANESE = Language(
    greetings=("お世話になっております。", "こんにちは。"),
    context=("注文番号は {order} です。", "{product} を三店舗で使っています。"),
    closings=("よろしくお願いいたします。\n{name}",),
    more=("スクリーンショットを添付しました。",),
    chasers=("その後いかがでしょうか。",),
    thanks=("ありがとうございました。",),
    not_fixed=("同じエラーがまた出ています。",),
    hello=("{name} 様",),
    looking=("お問い合わせありがとうございます。確認いたします。",),
    questions=("画面のスクリーンショットをお送りいただけますか。",),
    goodbye=("よろしくお願いいたします。\n{agent}",),
    reminder="ご返信をお待ちしております。",
    topics=(
        Topic(
            "checkout",
            "bug",
            "tier_1",
            "topic:checkout",
            ("決済画面でエラーになります", "注文 {order} の支払いができません"),
            ("「支払う」を押すと画面が白くなります。", "複数のお客様から同じ報告があります。"),
            ("決済を再開しました。もう一度お試しください。",),
        ),
        Topic(
            "shipping",
            "order",
            "tier_1",
            "topic:delivery",
            ("注文 {order} の荷物が届きません", "違う商品が届きました"),
            ("追跡が火曜日から動いていません。", "青を頼みましたが緑が届きました。"),
            ("荷物が見つかりました。明日お届けします。",),
        ),
    ),
)

LANGUAGES = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "ja": JAPANESE}
