"""Exports of web shops in their published layouts."""

from __future__ import annotations

from typing import Any

from tests.understanding.companies import MIXED, Order, company, money
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place

SHOPIFY = [
    "Name",
    "Email",
    "Financial Status",
    "Paid at",
    "Fulfillment Status",
    "Fulfilled at",
    "Accepts Marketing",
    "Currency",
    "Subtotal",
    "Shipping",
    "Taxes",
    "Total",
    "Discount Code",
    "Discount Amount",
    "Shipping Method",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem compare at price",
    "Lineitem sku",
    "Lineitem requires shipping",
    "Lineitem taxable",
    "Lineitem fulfillment status",
    "Billing Name",
    "Billing Street",
    "Billing City",
    "Billing Zip",
    "Billing Country",
    "Billing Phone",
    "Notes",
    "Cancelled at",
    "Payment Method",
    "Refunded Amount",
    "Vendor",
    "Id",
    "Tags",
    "Source",
    "Phone",
]
SHOPIFY_STATES = {
    "paid": "paid", "partly": "partially_refunded", "refunded": "refunded", "open": "pending",
    "cancelled": "voided", "failed": "voided",
}  # fmt: skip


def _shopify_rows(order: Order) -> list[list[Any]]:
    person = order.person
    at = order.at.strftime("%Y-%m-%d %H:%M:%S +0100")
    rows = []
    for place, line in enumerate(order.lines):
        row = dict.fromkeys(SHOPIFY, "")
        if place == 0:
            row |= {
                "Financial Status": SHOPIFY_STATES[order.state], "Paid at": at if order.is_paid else "",
                "Fulfillment Status": "fulfilled" if order.is_paid else "unfulfilled",
                "Accepts Marketing": "yes" if order.number % 3 else "no", "Currency": "EUR",
                "Subtotal": money(order.total), "Shipping": "0.00", "Taxes": money(order.total * 19 // 119),
                "Total": money(order.total), "Discount Amount": "0.00", "Shipping Method": "Standard",
                "Billing Name": person.name if person else "", "Billing City": person.city if person else "",
                "Billing Country": person.country if person else "",
                "Billing Phone": person.phone if person else "",
                "Cancelled at": at if order.state == "cancelled" else "", "Payment Method": "Shopify Payments",
                "Refunded Amount": money(order.refund), "Id": str(4_500_000_000_000 + order.number),
                "Source": "web",
            }  # fmt: skip
        row |= {
            "Name": f"#{order.number}", "Email": person.email if person else "", "Created at": at,
            "Lineitem quantity": line.quantity, "Lineitem name": line.product,
            "Lineitem price": money(line.price), "Lineitem sku": line.sku,
            "Lineitem requires shipping": "true", "Lineitem taxable": "true",
            "Lineitem fulfillment status": "fulfilled", "Vendor": "House",
        }  # fmt: skip
        rows.append(list(row.values()))
    return rows


def shopify_orders(place: Place) -> Truth:
    """Header fields on the first line of an order only; a time with a space before its offset."""
    firm = company("shopify_orders", states=MIXED, guests=0.02)
    place.csv(
        "orders_export_1.csv",
        SHOPIFY,
        [row for order in firm.orders for row in _shopify_rows(order)],
    )
    return Truth(
        about="A web shop: orders with their lines, from Shopify; customers by e-mail.",
        entities={
            "transactions": {
                "files": ["orders_export_1.csv"], "key": ["Email"], "time": ["Created at", "Paid at"],
                "amount": ["Total", "Refunded Amount"], "order": ["Name", "Id"], "status": ["Financial Status"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["Email", "Billing Name", "Billing Phone"],
        totals=totals(firm.orders),
    )  # fmt: skip


def shopify_with_customers(place: Place) -> Truth:
    """The customers export has running totals (Total Spent), which are no features of the past."""
    firm = company("shopify_with_customers", states=MIXED)
    orders = [row for order in firm.orders for row in _shopify_rows(order)]
    half = len(orders) // 2
    place.csv("orders_export_1.csv", SHOPIFY, orders[:half])
    place.csv("orders_export_2.csv", SHOPIFY, orders[half:])
    spent = {person.number: [0, 0] for person in firm.people}
    for order in firm.orders:
        if order.is_paid and order.person:
            spent[order.person.number][0] += order.total - order.refund
            spent[order.person.number][1] += 1
    header = [
        "Customer ID",
        "First Name",
        "Last Name",
        "Email",
        "Accepts Email Marketing",
        "Default Address Company",
        "Default Address City",
        "Default Address Country Code",
        "Default Address Zip",
        "Phone",
        "Accepts SMS Marketing",
        "Total Spent",
        "Total Orders",
        "Note",
        "Tax Exempt",
        "Tags",
    ]
    place.csv(
        "customers_export.csv",
        header,
        [
            [
                f"'{6_000_000_000_000 + person.number}", person.first, person.last, person.email,
                "yes" if person.number % 2 else "no", "", person.city, person.country, f"{person.number:05d}",
                person.phone, "no", money(spent[person.number][0]), spent[person.number][1], "", "no", person.group,
            ]
            for person in firm.people
        ],
    )  # fmt: skip
    sums = totals(firm.orders)
    sums["customers"] = {"min": len(firm.people), "max": len(firm.people)}
    return Truth(
        about="A web shop: orders with lines in two files, and customers described in a third; joined by e-mail.",
        entities={
            "transactions": {
                "files": ["orders_export_1.csv", "orders_export_2.csv"], "key": ["Email"],
                "time": ["Created at", "Paid at"], "amount": ["Total", "Refunded Amount"], "order": ["Name", "Id"],
                "status": ["Financial Status"],
            },
            "customers": {"files": ["customers_export.csv"], "key": ["Email"]},
        },
        churn="silence",
        currency="EUR",
        personal=["First Name", "Last Name", "Email", "Phone", "Default Address Zip"],
        attributes=["Default Address City", "Tags"],
        never_inputs=["Total Spent", "Total Orders"],
        totals=sums,
    )  # fmt: skip


def woocommerce(place: Place) -> Truth:
    """One row per order with statuses as WooCommerce names them; customer 0 is a guest."""
    firm = company("woocommerce", states={**MIXED, "failed": 0.02})
    states = {
        "paid": "completed", "partly": "completed", "refunded": "refunded", "open": "pending",
        "cancelled": "cancelled", "failed": "failed",
    }  # fmt: skip
    header = [
        "order_id",
        "order_number",
        "order_number_formatted",
        "date",
        "paid_date",
        "status",
        "shipping_total",
        "shipping_tax_total",
        "fee_total",
        "tax_total",
        "cart_discount",
        "order_discount",
        "discount_total",
        "order_total",
        "refunded_total",
        "order_currency",
        "payment_method",
        "shipping_method",
        "customer_id",
        "customer_user",
        "customer_email",
        "billing_first_name",
        "billing_last_name",
        "billing_email",
        "billing_phone",
        "billing_city",
        "billing_postcode",
        "billing_country",
        "customer_note",
        "line_items",
        "download_permissions",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        items = ";".join(
            f"name:{line.product}|sku:{line.sku}|quantity:{line.quantity}" for line in order.lines
        )
        at = order.at.strftime("%Y-%m-%d %H:%M:%S")
        rows.append(
            [
                order.number, order.number, f"WC-{order.number}", at, at if order.is_paid else "", states[order.state],
                "0.00", "0.00", "0.00", money(order.total // 6), "0.00", "0.00", "0.00", money(order.total),
                money(order.refund), "GBP", "stripe", "flat_rate", person.number, person.number, person.email,
                person.first, person.last, person.email, person.phone, person.city, f"{person.number:05d}", "GB",
                "", items, 1,
            ]
        )  # fmt: skip
    rows += rows[10:14]  # exported twice
    place.csv("orders-2024-01-05-08-30-12.csv", header, rows)
    return Truth(
        about="A web shop: one row per order, from WooCommerce; some orders are exported twice.",
        entities={
            "transactions": {
                "files": ["orders-2024-01-05-08-30-12.csv"], "key": ["customer_id", "customer_user", "customer_email", "billing_email"],
                "time": ["date", "paid_date"], "amount": ["order_total", "refunded_total"],
                "order": ["order_id", "order_number"], "status": ["status"],
            }
        },
        churn="silence",
        currency="GBP",
        personal=["customer_email", "billing_first_name", "billing_last_name", "billing_email", "billing_phone"],
        totals=totals(firm.orders),
    )  # fmt: skip


def magento_de(place: Place) -> Truth:
    """The orders grid of Magento in German, with `1.234,50 €` and statuses in German."""
    firm = company("magento_de", language="de", states=MIXED)
    states = {
        "paid": "Vollständig", "partly": "Vollständig", "refunded": "Abgeschlossen", "open": "Ausstehend",
        "cancelled": "Storniert",
    }  # fmt: skip
    header = [
        "Bestellnummer",
        "Kauf von (Shop)",
        "Bestelldatum",
        "Rechnung an Name",
        "Versand an Name",
        "Gesamtbetrag (Basis)",
        "Gesamtbetrag (bezahlt)",
        "Status",
        "Rechnungsadresse",
        "Versandinformationen",
        "Kunden E-Mail",
        "Kundengruppe",
        "Zwischensumme",
        "Versand & Bearbeitung",
        "Zahlungsart",
        "Gesamtbetrag erstattet",
    ]
    euro = {"mark": ",", "group": "."}
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        total = f"{money(order.total, **euro)} €"
        rows.append(
            [
                f"{order.number:09d}", "Hauptshop", order.at.strftime("%d.%m.%Y %H:%M:%S"), person.name, person.name,
                total, total, states[order.state], f"{person.city}, Hauptstr. 1", "Versandkostenfrei", person.email,
                "Allgemein", total, "0,00 €", "Vorkasse", f"{money(order.refund, **euro)} €",
            ]
        )  # fmt: skip
    place.csv("bestellungen.csv", header, rows, sep=";", encoding="cp1252")
    return Truth(
        about="A German web shop: one row per order, from Magento; customers by e-mail.",
        entities={
            "transactions": {
                "files": ["bestellungen.csv"], "key": ["Kunden E-Mail"], "time": ["Bestelldatum"],
                "amount": ["Gesamtbetrag (Basis)", "Gesamtbetrag (bezahlt)", "Gesamtbetrag erstattet"],
                "order": ["Bestellnummer"], "status": ["Status"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["Kunden E-Mail", "Rechnung an Name", "Versand an Name", "Rechnungsadresse"],
        totals=totals(firm.orders),
        may_ask=["status"],
    )  # fmt: skip


def bigcommerce(place: Place) -> Truth:
    """Orders of BigCommerce; dates as `24/06/2022` and a zero customer for guests."""
    firm = company("bigcommerce", states=MIXED, guests=0.01)
    states = {
        "paid": "Completed", "partly": "Partially Refunded", "refunded": "Refunded", "open": "Incomplete",
        "cancelled": "Cancelled",
    }  # fmt: skip
    header = [
        "Order ID",
        "Customer ID",
        "Customer Name",
        "Customer Email",
        "Customer Phone",
        "Order Date",
        "Order Status",
        "Subtotal (inc tax)",
        "Subtotal (ex tax)",
        "Tax Total",
        "Shipping Cost (inc tax)",
        "Handling Cost (inc tax)",
        "Coupon Value",
        "Order Total (inc tax)",
        "Order Total (ex tax)",
        "Refund Amount",
        "Payment Method",
        "Total Quantity",
        "Total Shipped",
        "Date Shipped",
        "Order Currency Code",
        "Exchange Rate",
        "Order Notes",
        "Billing City",
        "Billing Country",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        tax = order.total // 6
        rows.append(
            [
                order.number, person.number if person else "", person.name if person else "",
                person.email if person else "", person.phone if person else "", order.at.strftime("%d/%m/%Y"),
                states[order.state], money(order.total), money(order.total - tax), money(tax), "0.00", "0.00", "0.00",
                money(order.total), money(order.total - tax), money(order.refund), "Credit Card",
                sum(line.quantity for line in order.lines), 1, "", "GBP", "1.0000000000", "",
                person.city if person else "", "United Kingdom",
            ]
        )  # fmt: skip
    place.csv("orders.csv", header, rows)
    return Truth(
        about="A web shop: one row per order, from BigCommerce.",
        entities={
            "transactions": {
                "files": ["orders.csv"], "key": ["Customer ID", "Customer Email"], "time": ["Order Date"],
                "amount": ["Order Total (inc tax)", "Subtotal (inc tax)", "Refund Amount"], "order": ["Order ID"],
                "status": ["Order Status"],
            }
        },
        churn="silence",
        currency="GBP",
        personal=["Customer Name", "Customer Email", "Customer Phone"],
        totals=totals(firm.orders),
    )  # fmt: skip


def prestashop_fr(place: Place) -> Truth:
    """Orders of PrestaShop in French, months written out, statuses in French."""
    firm = company("prestashop_fr", language="fr", states=MIXED)
    states = {
        "paid": "Livré", "partly": "Remboursement partiel", "refunded": "Remboursé",
        "open": "En attente de paiement", "cancelled": "Annulé",
    }  # fmt: skip
    header = [
        "ID",
        "Référence",
        "Client",
        "Adresse e-mail",
        "Ville",
        "Livraison",
        "Total payé",
        "Remboursé",
        "Paiement",
        "État",
        "Date",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        rows.append(
            [
                order.number, f"XKB{order.number}", person.name, person.email, person.city, "France",
                f"{money(order.total, mark=',')} €", f"{money(order.refund, mark=',')} €", "Carte bancaire",
                states[order.state], order.at.strftime("%d/%m/%Y %H:%M"),
            ]
        )  # fmt: skip
    place.csv("commandes.csv", header, rows, sep=";", encoding="utf-8-sig")
    return Truth(
        about="A French web shop: one row per order, from PrestaShop; customers by e-mail.",
        entities={
            "transactions": {
                "files": ["commandes.csv"], "key": ["Adresse e-mail"], "time": ["Date"],
                "amount": ["Total payé", "Remboursé"], "order": ["ID", "Référence"], "status": ["État"],
            }
        },
        churn="silence",
        currency="EUR",
        personal=["Client", "Adresse e-mail"],
        totals=totals(firm.orders),
    )  # fmt: skip


def marketplace_tabs(place: Place) -> Truth:
    """A market place's order report: a `.txt` with tabs, one row per item, dates with an offset."""
    firm = company("marketplace_tabs", states={"cancelled": 0.06, "open": 0.03})
    states = {"paid": "Shipped", "open": "Pending", "cancelled": "Cancelled"}
    header = [
        "amazon-order-id",
        "merchant-order-id",
        "purchase-date",
        "last-updated-date",
        "order-status",
        "fulfillment-channel",
        "sales-channel",
        "order-item-id",
        "buyer-email",
        "buyer-name",
        "product-name",
        "sku",
        "asin",
        "item-status",
        "quantity",
        "currency",
        "item-price",
        "item-tax",
        "shipping-price",
        "item-promotion-discount",
        "ship-city",
        "ship-country",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        at = order.at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        for place_in, line in enumerate(order.lines):
            rows.append(
                [
                    f"026-{order.number:07d}-{order.number % 977:07d}", "", at, at, states[order.state], "Amazon",
                    "Amazon.co.uk", order.number * 10 + place_in, person.email, person.name, line.product, line.sku,
                    f"B00{line.sku[-3:]}", states[order.state], line.quantity, "GBP", money(line.total), "0.00",
                    "0.00", "0.00", person.city, "GB",
                ]
            )  # fmt: skip
    place.csv("order-report.txt", header, rows, sep="\t", newline="\n")
    return Truth(
        about="A seller on a market place: order lines with the price of the line.",
        entities={
            "transactions": {
                "files": ["order-report.txt"], "key": ["buyer-email"], "time": ["purchase-date"],
                "amount": ["item-price"], "order": ["amazon-order-id"], "status": ["order-status", "item-status"],
            }
        },
        churn="silence",
        currency="GBP",
        personal=["buyer-email", "buyer-name"],
        totals=totals(firm.orders),
    )  # fmt: skip


def lightspeed_nl(place: Place) -> Truth:
    """A Dutch web shop: semicolons, decimal commas, statuses in Dutch, month names in Dutch."""
    firm = company(
        "lightspeed_nl", language="nl", states={"cancelled": 0.05, "refunded": 0.04, "open": 0.03}
    )
    states = {
        "paid": "Voltooid",
        "refunded": "Terugbetaald",
        "open": "In afwachting",
        "cancelled": "Geannuleerd",
    }
    months = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
    header = [
        "Bestelnummer",
        "Besteldatum",
        "Klantnummer",
        "Klantnaam",
        "E-mailadres",
        "Woonplaats",
        "Betaalmethode",
        "Status",
        "Bedrag incl. btw",
        "Bedrag excl. btw",
        "Btw",
    ]
    rows = []
    for order in firm.orders:
        person = order.person
        assert person
        tax = order.total * 21 // 121
        rows.append(
            [
                f"ORD{order.number}", f"{order.at.day} {months[order.at.month - 1]} {order.at.year}", person.number,
                person.name, person.email, person.city, "iDEAL", states[order.state], money(order.total, mark=","),
                money(order.total - tax, mark=","), money(tax, mark=","),
            ]
        )  # fmt: skip
    place.csv("bestellingen.csv", header, rows, sep=";")
    paid = [order for order in firm.orders if order.counts]
    before_tax = sum(order.total - order.total * 21 // 121 for order in paid)
    return Truth(
        about="A Dutch web shop: one row per order, with gross, net and tax side by side.",
        entities={
            "transactions": {
                "files": ["bestellingen.csv"], "key": ["Klantnummer", "E-mailadres"], "time": ["Besteldatum"],
                "amount": ["Bedrag incl. btw", "Bedrag excl. btw"], "order": ["Bestelnummer"], "status": ["Status"],
            }
        },
        churn="silence",
        personal=["Klantnaam", "E-mailadres"],
        totals=totals(firm.orders, also=before_tax),
        may_ask=["currency", "amount"],
    )  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        shopify_orders, shopify_with_customers, woocommerce, magento_de, bigcommerce, prestashop_fr,
        marketplace_tabs, lightspeed_nl,
    )
}  # fmt: skip
