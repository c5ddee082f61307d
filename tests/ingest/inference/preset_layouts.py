"""Exports of transactions in the published column layouts, by the preset that is to know them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from tests.ingest.inference.export_worlds import (
    MAIN,
    Export,
    Row,
    Sale,
    Truth,
    counted,
    units,
)


def split(header: str) -> list[str]:
    """The columns of a layout."""
    return [name.strip() for name in header.replace("\n", "").split("|")]


def iso(at: datetime) -> str:
    """A time as most systems write it."""
    return f"{at:%Y-%m-%d %H:%M:%S}"


def german(value: Decimal) -> str:
    """An amount as German exports write it."""
    return f"{value:,.2f}".translate(str.maketrans(",.", ".,"))


def state_of(sale: Sale, words: str) -> str:
    """The word of a system for the state of a sale: paid, part, refunded, cancelled, open."""
    return words.split("|")[("paid", "part", "refunded", "cancelled", "open").index(sale.state)]


def without_refunded(made: list[Sale]) -> Truth:
    """Systems without a column of refunds: an order that was given back whole does not count."""
    kept = [sale for sale in made if sale.state != "refunded"]
    return counted([replace(sale, back=0) for sale in kept])


def own_currency(made: list[Sale]) -> Truth:
    """Systems that state no currency: every amount is in that of the company."""
    return counted(replace(sale, currency=MAIN) for sale in made)


def own_currency_dated(made: list[Sale]) -> Truth:
    """The same, and refunds have a time of their own."""
    return counted((replace(sale, currency=MAIN) for sale in made), dated_back=True)


def own_currency_paid(made: list[Sale]) -> Truth:
    """No currency and no refunds."""
    return without_refunded([replace(sale, currency=MAIN) for sale in made])


def dated(made: list[Sale]) -> Truth:
    """Refunds have a time of their own."""
    return counted(made, dated_back=True)


def cents(amount: int) -> Decimal:
    """An amount in the currency of the company."""
    return units(amount, MAIN)


SHOPIFY = split(
    "Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|Accepts Marketing|Currency|Subtotal|Shipping|"
    "Taxes|Total|Discount Code|Discount Amount|Shipping Method|Created at|Lineitem quantity|Lineitem name|"
    "Lineitem price|Lineitem sku|Billing Name|Billing Zip|Notes|Cancelled at|Payment Method|Refunded Amount|Vendor|Id|"
    "Tags|Source|Lineitem discount|Phone"
)


def shopify(sale: Sale) -> list[Row]:
    """A row per item; the fields of the order on the first only; times of another zone."""
    at = f"{iso(sale.at + timedelta(hours=-5))} -0500"
    first = {
        "Financial Status": state_of(sale, "paid|partially_refunded|refunded|voided|pending"),
        "Currency": sale.currency, "Total": sale.money, "Subtotal": sale.money, "Refunded Amount": sale.given_back,
        "Discount Amount": "0.00", "Payment Method": "Shopify Payments", "Id": 5_000_000 + sale.number,
    }  # fmt: skip
    return [
        {"Name": f"#{sale.number}", "Email": sale.email, "Created at": at, "Lineitem quantity": 1,
         "Lineitem price": units(item, sale.currency)} | (first if place == 0 else {})
        for place, item in enumerate(sale.items)
    ]  # fmt: skip


WOO = split(
    "order_id|order_number|date|paid_date|status|shipping_total|tax_total|discount_total|order_total|refunded_total|"
    "order_currency|payment_method|customer_id|customer_user|customer_email|billing_first_name|billing_email|"
    "item_name|item_quantity|item_total"
)


def woocommerce(sale: Sale) -> list[Row]:
    """A row per item, with the totals of the order on each; customer 0 is a guest."""
    row = {
        "order_id": sale.number, "order_number": f"A{sale.number}", "date": iso(sale.at),
        "status": state_of(sale, "completed|processing|refunded|cancelled|on-hold"), "order_total": sale.money,
        "refunded_total": sale.given_back, "order_currency": sale.currency, "payment_method": "stripe",
        "customer_id": sale.person if sale.person % 2 else 0, "billing_email": sale.email,
    }  # fmt: skip
    return [{**row, "item_total": units(item, sale.currency)} for item in sale.items]


WOO_ADVANCED = split(
    "Order Number|Order Status|Order Date|Customer Note|First Name (Billing)|Email (Billing)|Phone (Billing)|"
    "Payment Method Title|Cart Discount Amount|Order Subtotal Amount|Order Shipping Amount|Order Refund Amount|"
    "Order Total Amount|Order Currency|SKU|Item #|Item Name|Quantity|Item Cost"
)


def woocommerce_advanced(sale: Sale) -> list[Row]:
    """A row per item."""
    row = {
        "Order Number": sale.number, "Order Date": f"{sale.at:%Y-%m-%d %H:%M}", "Email (Billing)": sale.email,
        "Order Status": state_of(sale, "Completed|Completed|Refunded|Cancelled|Pending payment"),
        "Order Total Amount": sale.money, "Order Refund Amount": sale.given_back, "Order Currency": sale.currency,
    }  # fmt: skip
    return [{**row, "Item #": place} for place, _ in enumerate(sale.items, 1)]


MAGENTO = split(
    "ID|Purchase Point|Purchase Date|Bill-to Name|Ship-to Name|Grand Total (Base)|Grand Total (Purchased)|Status|"
    "Billing Address|Shipping Address|Shipping Information|Customer Email|Customer Group|Subtotal|"
    "Shipping and Handling|Customer Name|Payment Method|Total Refunded"
)


def magento(sale: Sale) -> list[Row]:
    """Amounts with a sign, in the base currency."""
    return [
        {"ID": f"{sale.number:09d}", "Purchase Date": f"{sale.at:%b %d, %Y %I:%M:%S %p}", "Customer Email": sale.email,
         "Grand Total (Base)": f"€{cents(sale.amount):,.2f}", "Total Refunded": f"€{cents(sale.back):,.2f}",
         "Status": state_of(sale, "Complete|Processing|Closed|Canceled|Pending Payment"), "Bill-to Name": "A B"}
    ]  # fmt: skip


BIGCOMMERCE = split(
    "Order ID|Customer ID|Customer Name|Customer Email|Customer Phone|Order Date|Order Status|Subtotal (inc tax)|"
    "Subtotal (ex tax)|Tax Total|Order Total (inc tax)|Order Total (ex tax)|Refund Amount|Payment Method|"
    "Total Quantity|Date Shipped|Order Currency Code|Exchange Rate"
)


def bigcommerce(sale: Sale) -> list[Row]:
    """Dates with the day first; guests have no number."""
    words = "Completed|Partially Refunded|Refunded|Cancelled|Awaiting Payment"
    return [
        {"Order ID": sale.number, "Customer ID": sale.person if sale.person % 3 else "", "Customer Email": sale.email,
         "Order Date": f"{sale.at:%d/%m/%Y}", "Order Status": state_of(sale, words),
         "Order Total (inc tax)": sale.money, "Refund Amount": sale.given_back, "Order Currency Code": sale.currency}
    ]  # fmt: skip


PRESTASHOP = split(
    "ID|Référence|Nouveau client|Livraison|Client|Adresse e-mail|Total payé|Paiement|État|Date"
)


def prestashop(sale: Sale) -> list[Row]:
    """French, with decimal commas."""
    words = "Livré|Paiement accepté|Remboursé|Annulé|En attente de virement bancaire"
    return [
        {"ID": sale.number, "Référence": f"REF{sale.number}", "Adresse e-mail": sale.email, "Client": "A. B",
         "Total payé": f"{german(cents(sale.amount))} €", "État": state_of(sale, words),
         "Date": f"{sale.at:%d/%m/%Y %H:%M}", "Paiement": "Carte"}
    ]  # fmt: skip


PRESTASHOP_TABLE = split(
    "id_order|reference|id_shop|id_customer|id_cart|current_state|payment|total_paid|total_paid_tax_incl|"
    "total_paid_real|total_products|date_add|date_upd|valid"
)


def prestashop_table(sale: Sale) -> list[Row]:
    """Codes for states; what was not paid has no money in it."""
    is_paid = sale.state not in ("cancelled", "open")
    return [
        {"id_order": sale.number, "reference": f"R{sale.number}", "id_customer": sale.person, "current_state": 5,
         "total_paid": f"{cents(sale.amount)}0000", "date_add": iso(sale.at),
         "total_paid_real": f"{cents(sale.amount) if is_paid else Decimal('0.00')}0000"}
    ]  # fmt: skip


def all_paid(made: list[Sale]) -> Truth:
    """No refunds and no currency, and every paid order counts."""
    return counted(replace(sale, currency=MAIN, back=0) for sale in made)


ODOO = split(
    "Order Reference|Creation Date|Customer|Customer/ID|Salesperson|Total|Currency|Status|Order Lines/Product"
)


def odoo(sale: Sale) -> list[Row]:
    """The fields of the order on its first row only."""
    first = {
        "Order Reference": f"S{sale.number:05d}", "Creation Date": iso(sale.at), "Customer": f"Firm {sale.person}",
        "Customer/ID": f"res_partner_{sale.person}", "Total": sale.money, "Currency": sale.currency,
        "Status": state_of(sale, "Sales Order|Locked|Cancelled|Cancelled|Quotation Sent"), "Salesperson": "Mitchell",
    }  # fmt: skip
    return [
        (first if place == 0 else {}) | {"Order Lines/Product": "Desk"}
        for place, _ in enumerate(sale.items)
    ]


AMAZON = split(
    "amazon-order-id|merchant-order-id|purchase-date|last-updated-date|order-status|fulfillment-channel|sales-channel|"
    "order-item-id|buyer-email|buyer-name|product-name|sku|asin|item-status|quantity|currency|item-price|item-tax|"
    "shipping-price|item-promotion-discount|ship-country"
)


def amazon(sale: Sale) -> list[Row]:
    """A row per item with its price."""
    words = "Shipped|Shipped - Delivered to Buyer|Cancelled|Cancelled|Pending"
    return [
        {"amazon-order-id": f"026-{sale.number:07d}", "purchase-date": f"{sale.at:%Y-%m-%dT%H:%M:%S+00:00}",
         "order-status": state_of(sale, words), "order-item-id": sale.number * 10 + place, "buyer-email": sale.email,
         "sku": f"SKU{place}", "quantity": 1, "currency": sale.currency, "item-price": units(item, sale.currency)}
        for place, item in enumerate(sale.items)
    ]  # fmt: skip


EBAY = split(
    "Sales Record Number|Order Number|Buyer Username|Buyer Name|Buyer Email|Item Number|Item Title|Quantity|Sold For|"
    "Shipping And Handling|Total Price|Payment Method|Sale Date|Paid On Date|Transaction ID"
)


def ebay(sale: Sale) -> list[Row]:
    """An order of several items has a row of its own for the total."""
    is_paid = sale.state not in ("cancelled", "open")
    day = f"{sale.at:%b-%d-%y}"
    order = {
        "Sales Record Number": sale.number, "Order Number": f"11-{sale.number}", "Buyer Username": f"u{sale.person}",
        "Sale Date": day, "Paid On Date": day if is_paid else "",
    }  # fmt: skip
    lines = [
        {**order, "Item Title": "Lamp", "Sold For": f"${cents(item):,.2f}"} for item in sale.items
    ]
    total = {"Total Price": f"${cents(sale.amount):,.2f}"}
    return [{**lines[0], **total}] if len(lines) == 1 else [{**order, **total}, *lines]


ETSY = split(
    "Sale Date|Order ID|Buyer User ID|Full Name|First Name|Last Name|Number of Items|Payment Method|Date Shipped|"
    "Ship Country|Currency|Order Value|Coupon Code|Discount Amount|Shipping|Sales Tax|Order Total|Status|"
    "Card Processing Fees|Order Net|Buyer|SKU"
)


def etsy(sale: Sale) -> list[Row]:
    """Paid orders only."""
    return [
        {"Sale Date": f"{sale.at:%m/%d/%y}", "Order ID": 2_000_000 + sale.number, "Buyer User ID": f"u{sale.person}",
         "Currency": sale.currency, "Order Value": sale.money, "Order Total": sale.money, "Order Net": sale.money}
    ]  # fmt: skip


ETSY_ITEMS = split(
    "Sale Date|Item Name|Buyer|Quantity|Price|Coupon Code|Discount Amount|Order Shipping|Order Sales Tax|Item Total|"
    "Currency|Transaction ID|Listing ID|Date Paid|Ship Country|Order ID|Variations"
)


def etsy_items(sale: Sale) -> list[Row]:
    """A row per item."""
    return [
        {"Sale Date": f"{sale.at:%m/%d/%y}", "Item Name": "Mug", "Buyer": f"u{sale.person}", "Quantity": 1,
         "Discount Amount": "0", "Item Total": units(item, sale.currency), "Currency": sale.currency,
         "Transaction ID": sale.number * 10 + place, "Listing ID": place, "Order ID": sale.number}
        for place, item in enumerate(sale.items)
    ]  # fmt: skip


def paid_only(made: list[Sale]) -> Truth:
    """Layouts without states and refunds: every row counts."""
    return counted(replace(sale, state="paid", back=0) for sale in made)


def paid_only_own(made: list[Sale]) -> Truth:
    """The same without a currency."""
    return paid_only([replace(sale, currency=MAIN) for sale in made])


LIGHTSPEED = split(
    "Date|Receipt Number|Line Type|Customer Code|Customer Name|Note|Quantity|Subtotal|Sales Tax|Discount|Total|Paid|"
    "Details|Register|User|Status|Sku"
)


def lightspeed(sale: Sale) -> list[Row]:
    """A sale, its lines and its payment are rows of one file."""
    row = {
        "Date": iso(sale.at), "Receipt Number": sale.number, "Customer Code": f"C{sale.person}", "Register": "Till 1",
        "Status": state_of(sale, "CLOSED|LAYBY_CLOSED|VOIDED|VOIDED|PARKED"),
    }  # fmt: skip
    lines = [
        {**row, "Line Type": "Sale Line", "Total": cents(item), "Quantity": 1}
        for item in sale.items
    ]
    total = {"Total": cents(sale.amount)}
    return [
        {**row, **total, "Line Type": "Sale"},
        *lines,
        {**row, "Line Type": "Payment", "Paid": cents(sale.amount)},
    ]


SQUARE = split(
    "Date|Time|Time Zone|Gross Sales|Discounts|Net Sales|Tax|Tip|Partial Refunds|Total Collected|Source|Card|Cash|Fees|"
    "Net Total|Transaction ID|Payment ID|Card Brand|Event Type|Location|Customer ID|Customer Name"
)


def dollars(amount: int) -> str:
    """An amount as Square writes it."""
    text = f"${cents(abs(amount)):,.2f}"
    return f"({text})" if amount < 0 else text


def square(sale: Sale) -> list[Row]:
    """Refunds are rows of their own, in brackets."""
    if sale.state in ("cancelled", "open"):
        return []

    def row(kind: str, at: datetime, amount: int) -> Row:
        money = dollars(amount)
        return {
            "Date": f"{at:%m/%d/%y}", "Time": f"{at:%H:%M:%S}", "Gross Sales": money, "Net Sales": money,
            "Total Collected": money, "Transaction ID": f"T{sale.number}", "Payment ID": f"{kind}{sale.number}",
            "Event Type": kind, "Customer ID": f"CUST{sale.person}", "Location": "Main",
        }  # fmt: skip

    refund = [row("Refund", sale.back_at, -sale.back)] if sale.back else []
    return [row("Payment", sale.at, sale.amount), *refund]


SQUARE_ITEMS = split(
    "Date|Time|Time Zone|Category|Item|Qty|Price Point Name|SKU|Modifiers Applied|Gross Sales|Discounts|Net Sales|Tax|"
    "Transaction ID|Payment ID|Device Name|Notes|Details|Event Type|Location|Dining Option|Customer ID|Customer Name"
)


def square_items(sale: Sale) -> list[Row]:
    """A row per item."""
    if sale.state in ("cancelled", "open"):
        return []
    return [
        {"Date": f"{sale.at:%Y-%m-%d}", "Time": f"{sale.at:%H:%M:%S}", "Item": "Coffee", "Qty": "1.0",
         "Gross Sales": dollars(item), "Net Sales": dollars(item), "Transaction ID": f"T{sale.number}",
         "Payment ID": f"P{sale.number}", "Event Type": "Payment", "Customer ID": f"CUST{sale.person}",
         "SKU": f"S{place}"}
        for place, item in enumerate(sale.items)
    ]  # fmt: skip


CLOVER = split(
    "Order Date|Order ID|Invoice Number|Order Number|Order Type|Order Employee Name|Note|Currency|Tax Amount|Tip|"
    "Service Charge|Discount|Order Total|Payments Total|Payment Note|Refunds Total|Manual Refunds Total|Tender|"
    "Order Payment State|Customer ID"
)


def clover(sale: Sale) -> list[Row]:
    """Refunds in a column of their own."""
    words = "Paid|Partially Refunded|Refunded|Voided|Open"
    return [
        {"Order Date": f"{sale.at:%d-%b-%Y %I:%M %p}", "Order ID": f"K{sale.number}", "Currency": sale.currency,
         "Order Total": sale.money, "Payments Total": sale.money, "Refunds Total": sale.given_back,
         "Order Payment State": state_of(sale, words), "Customer ID": f"C{sale.person}"}
    ]  # fmt: skip


TOAST_CHECKS = split(
    "Customer Id|Customer|Customer Phone|Customer Email|Location Code|Opened Date|Opened Time|Item Description|Server|"
    "Tax|Tender|Check Id|Check #|Total|Customer Family|Table Size|Discount|Reason of discount|Link"
)


def toast_checks(sale: Sale) -> list[Row]:
    """Date and time in two columns."""
    return [
        {"Customer Id": f"g{sale.person}", "Opened Date": f"{sale.at:%m/%d/%y}", "Opened Time": f"{sale.at:%I:%M %p}",
         "Check Id": f"c{sale.number}", "Check #": sale.number, "Total": cents(sale.amount), "Tender": "Visa"}
    ]  # fmt: skip


TOAST_PAYMENTS = split(
    "Location|Payment Id|Order Id|Order #|Paid Date|Order Date|Check Id|Check #|Tab Name|Server|Amount|Tip|Gratuity|"
    "Total|Refunded|Refund Date|Refund Amount|Refund Tip Amount|Void Date|Status|Type|Email|Phone"
)


def toast_payments(sale: Sale) -> list[Row]:
    """Refunds in columns of their own, with their time."""
    back = f"{sale.back_at:%m/%d/%y %I:%M %p}" if sale.back else ""
    return [
        {"Payment Id": f"p{sale.number}", "Order Id": f"o{sale.number}", "Paid Date": f"{sale.at:%m/%d/%y %I:%M %p}",
         "Check Id": f"c{sale.number}", "Amount": cents(sale.amount), "Refund Amount": cents(sale.back),
         "Refund Date": back, "Status": state_of(sale, "CAPTURED|CAPTURED|CAPTURED|VOIDED|DENIED"),
         "Email": sale.email}
    ]  # fmt: skip


MINDBODY = split(
    "Sale Date|Client ID|Client|Sale ID|Item name|Batch #|Sales Notes|Location|Notes|Item price|Quantity|Subtotal|"
    "Discount %|Discount amount|Tax|Item Total|Total Paid w/ Payment Method|Payment Method"
)


def mindbody(sale: Sale) -> list[Row]:
    """A row per item; returns are negative."""
    if sale.state in ("cancelled", "open"):
        return []
    row = {
        "Client ID": 1_000_000 + sale.person, "Sale Date": f"{sale.at:%m/%d/%Y}", "Sale ID": sale.number,
        "Payment Method": "Card", "Location": "Club",
    }  # fmt: skip
    paid = [
        {
            **row,
            "Item name": f"Class {place}",
            "Item Total": cents(item),
            "Total Paid w/ Payment Method": cents(item),
        }
        for place, item in enumerate(sale.items)
    ]
    back = {
        "Item name": "Return",
        "Item Total": -cents(sale.back),
        "Total Paid w/ Payment Method": -cents(sale.back),
    }
    returned = {
        **row,
        "Sale Date": f"{sale.back_at:%m/%d/%Y}",
        "Sale ID": 90_000 + sale.number,
        **back,
    }
    return [*paid, returned] if sale.back else paid


STRIPE = split(
    "id|Description|Seller Message|Created date (UTC)|Amount|Amount Refunded|Currency|Converted Amount|"
    "Converted Amount Refunded|Fee|Taxes On Fee|Converted Currency|Mode|Status|Statement Descriptor|Customer ID|"
    "Customer Description|Customer Email|Captured|Card ID|Card Last4|Card Brand|Refunded date (UTC)|Invoice ID|Transfer"
)


def stripe(sale: Sale) -> list[Row]:
    """Refunds in columns of their own, with their time; what failed beside what was paid."""
    return [
        {"id": f"ch_{sale.number}", "Created date (UTC)": iso(sale.at), "Amount": sale.money,
         "Amount Refunded": sale.given_back, "Currency": sale.currency.lower(), "Customer Email": sale.email,
         "Status": state_of(sale, "Paid|Paid|Refunded|Failed|Failed"), "Customer ID": f"cus_{sale.person}",
         "Refunded date (UTC)": iso(sale.back_at) if sale.back else ""}
    ]  # fmt: skip


STRIPE_CHARGES = split(
    "id|object|amount|amount_captured|amount_refunded|created|currency|customer|livemode|paid|receipt_email|refunded|"
    "status"
)


def stripe_charges(sale: Sale) -> list[Row]:
    """Minor units and seconds since 1970."""
    is_paid = sale.state not in ("cancelled", "open")
    return [
        {"id": f"ch_{sale.number}", "object": "charge", "amount": sale.amount, "currency": sale.currency.lower(),
         "amount_captured": sale.amount if is_paid else 0, "amount_refunded": sale.back,
         "created": int(sale.at.timestamp()), "customer": f"cus_{sale.person}", "livemode": "true",
         "paid": "true" if is_paid else "false", "status": "succeeded" if is_paid else "failed"}
    ]  # fmt: skip


BALANCE = split(
    "id|Type|Source|Amount|Fee|Destination Platform Fee|Net|Currency|Created (UTC)|Available On (UTC)|Description|"
    "Customer Facing Amount|Customer Facing Currency|Transfer|Transfer Date (UTC)|customer_id (metadata)"
)


def movements(sale: Sale) -> list[tuple[str, datetime, Decimal]]:
    """What a balance says of a sale: the charge, the refund, and at times a payout."""
    if sale.state in ("cancelled", "open"):
        return []
    moves = [("charge", sale.at, sale.money)]
    if sale.back:
        moves.append(("refund", sale.back_at, -sale.given_back))
    if sale.number % 20 == 0:
        moves.append(("payout", sale.back_at, Decimal("-999.00")))
    return moves


def stripe_balance(sale: Sale) -> list[Row]:
    """Gross, fee and net; payouts are nobody's purchase."""
    return [
        {"id": f"txn_{sale.number}{kind}", "Type": kind, "Source": f"{kind}_{sale.number}", "Amount": amount,
         "Fee": "0.30", "Net": amount - Decimal("0.30"), "Currency": sale.currency.lower(), "Created (UTC)": iso(at),
         "Available On (UTC)": iso(at), "customer_id (metadata)": "" if kind == "payout" else f"cus_{sale.person}"}
        for kind, at, amount in movements(sale)
    ]  # fmt: skip


BALANCE_REPORT = split(
    "balance_transaction_id|created_utc|available_on_utc|currency|gross|fee|net|reporting_category|source_id|"
    "description|customer_id|customer_email|charge_id"
)


def stripe_report(sale: Sale) -> list[Row]:
    """The same as a report."""
    return [
        {"balance_transaction_id": f"txn_{sale.number}{kind}", "created_utc": iso(at), "currency": sale.currency.lower(),
         "gross": amount, "fee": "0.30", "net": amount, "reporting_category": kind, "charge_id": f"ch_{sale.number}",
         "customer_id": "" if kind == "payout" else f"cus_{sale.person}"}
        for kind, at, amount in movements(sale)
    ]  # fmt: skip


STRIPE_INVOICES = split(
    "id|Amount Due|Amount Paid|Billing|Currency|Customer|Date (UTC)|Due Date (UTC)|Number|Subscription|Subtotal|Tax|"
    "Total|Status"
)


def stripe_invoices(sale: Sale) -> list[Row]:
    """Drafts and void invoices beside paid ones."""
    return [
        {"id": f"in_{sale.number}", "Amount Due": sale.money, "Amount Paid": sale.money, "Total": sale.money,
         "Currency": sale.currency.lower(), "Customer": f"cus_{sale.person}", "Date (UTC)": f"{sale.at:%Y-%m-%d %H:%M}",
         "Number": f"N-{sale.number}", "Status": state_of(sale, "paid|paid|void|void|open")}
    ]  # fmt: skip


PAYPAL = split(
    "Date|Time|TimeZone|Name|Type|Status|Currency|Gross|Fee|Net|From Email Address|To Email Address|Transaction ID|"
    "Shipping Address|Item Title|Item ID|Invoice Number|Reference Txn ID|Receipt ID|Balance|Country|Balance Impact"
)
PAYPAL_DE = split(
    "Datum|Uhrzeit|Zeitzone|Name|Typ|Status|Währung|Brutto|Gebühr|Netto|Absender E-Mail-Adresse|"
    "Empfänger E-Mail-Adresse|Transaktionscode|Lieferadresse|Artikelbezeichnung|Guthaben|Auswirkung auf Guthaben"
)


def paypal(sale: Sale) -> list[Row]:
    """Payments, refunds, bank transfers and what the company paid itself."""
    ours = "shop@example.com"

    def row(kind: str, at: datetime, amount: Decimal, people: tuple[str, str]) -> Row:
        status = state_of(sale, "Completed|Completed|Completed|Denied|Pending")
        return {
            "Date": f"{at:%m/%d/%Y}", "Time": f"{at:%H:%M:%S}", "TimeZone": "UTC", "Type": kind, "Status": status,
            "Currency": sale.currency, "Gross": f"{amount:,}", "Fee": "-0.35", "Net": amount,
            "From Email Address": people[0], "To Email Address": people[1], "Transaction ID": f"{kind[:3]}{sale.number}",
        }  # fmt: skip

    moves = [row("Express Checkout Payment", sale.at, sale.money, (sale.email, ours))]
    if sale.back:
        moves.append(row("Payment Refund", sale.back_at, -sale.given_back, (ours, sale.email)))
    if sale.number % 15 == 0:
        moves.append(row("General Withdrawal", sale.at, Decimal("-500.00"), ("", "")))
        moves.append(
            row(
                "PreApproved Payment Bill User Payment",
                sale.at,
                Decimal("-20.00"),
                (ours, "x@example.net"),
            )
        )
    return moves


def paypal_german(sale: Sale) -> list[Row]:
    """The same in German."""
    words = {
        "Express Checkout Payment": "PayPal Express-Zahlung", "Payment Refund": "Rückzahlung", "Denied": "Abgelehnt",
        "General Withdrawal": "Allgemeine Abbuchung", "Completed": "Abgeschlossen", "Pending": "Ausstehend",
        "PreApproved Payment Bill User Payment": "Zahlung im Einzugsverfahren",
    }  # fmt: skip
    names = dict(
        zip(
            ["Date", "Time", "Type", "Status", "Currency", "Gross", "Fee", "Net", "From", "To", "Transaction"],
            ["Datum", "Uhrzeit", "Typ", "Status", "Währung", "Brutto", "Gebühr", "Netto", "Absender E-Mail-Adresse",
             "Empfänger E-Mail-Adresse", "Transaktionscode"],
            strict=True,
        )
    )  # fmt: skip
    rows = []
    for row in paypal(sale):
        values = {names[key.split()[0]]: value for key, value in row.items() if key != "TimeZone"}
        day, month, year = (row["Date"][3:5], row["Date"][:2], row["Date"][6:])
        values |= {
            "Datum": f"{day}.{month}.{year}",
            "Typ": words[row["Type"]],
            "Status": words[row["Status"]],
        }
        values |= {
            "Brutto": german(Decimal(row["Gross"].replace(",", ""))),
            "Gebühr": "-0,35",
            "Netto": "1,00",
        }
        rows.append(values)
    return rows


MOLLIE = split(
    "Date|Payment method|Currency|Amount|Status|ID|Description|Consumer name|Consumer bank account|Consumer BIC|"
    "Settlement currency|Settlement amount|Settlement reference|Amount refunded"
)


def mollie(sale: Sale) -> list[Row]:
    """The bank account as the only key."""
    return [
        {"Date": iso(sale.at), "Payment method": "ideal", "Currency": sale.currency, "Amount": sale.money,
         "Status": state_of(sale, "paid|paid|paidout|expired|open"), "ID": f"tr_{sale.number}",
         "Consumer name": f"Person {sale.person}", "Consumer bank account": f"NL00RABO{sale.person:010d}",
         "Amount refunded": sale.given_back}
    ]  # fmt: skip


CHARGEBEE = split(
    "invoice[id]|subscription[id]|customer[id]|invoice[status]|invoice[date]|invoice[due_date]|invoice[total]|"
    "invoice[amount_paid]|invoice[amount_refunded]|invoice[currency_code]"
)


def chargebee(sale: Sale) -> list[Row]:
    """Names in square brackets."""
    return [
        {"invoice[id]": sale.number, "customer[id]": f"AzZ{sale.person}", "invoice[total]": sale.money,
         "invoice[status]": state_of(sale, "Paid|Paid|Paid|Voided|Payment Due"), "invoice[currency_code]": sale.currency,
         "invoice[date]": f"{sale.at:%Y-%m-%dT%H:%M:%SZ}", "invoice[amount_refunded]": sale.given_back}
    ]  # fmt: skip


RECURLY = split(
    "invoice_number|account_code|account_first_name|account_email|invoice_status|invoice_type|invoice_date|"
    "invoice_total|invoice_currency|line_item_description"
)


def recurly(sale: Sale) -> list[Row]:
    """Credit invoices are rows of their own; a row per line with the total on each."""
    row = {
        "account_code": f"acc-{sale.person}", "invoice_currency": sale.currency, "invoice_date": iso(sale.at),
        "invoice_status": state_of(sale, "paid|paid|paid|failed|past_due"), "invoice_type": "charge",
        "invoice_total": sale.money, "invoice_number": 1000 + sale.number,
    }  # fmt: skip
    rows = [{**row, "line_item_description": "plan"}, {**row, "line_item_description": "setup"}]
    credit = {
        "invoice_type": "credit",
        "invoice_total": -sale.given_back,
        "invoice_date": iso(sale.back_at),
    }
    return [*rows, {**row, **credit, "invoice_number": 9000 + sale.number}] if sale.back else rows


ZUORA = split(
    "Account: Account Number|Account: Name|Account: Currency|Invoice: Invoice Number|Invoice: Invoice Date|"
    "Invoice: Amount|Invoice: Refund Amount|Invoice: Balance|Invoice: Status"
)


def zuora(sale: Sale) -> list[Row]:
    """Names with the object before a colon."""
    return [
        {"Account: Account Number": f"A{sale.person:08d}", "Account: Currency": sale.currency,
         "Invoice: Invoice Number": f"INV{sale.number:08d}", "Invoice: Invoice Date": f"{sale.at:%m/%d/%Y}",
         "Invoice: Amount": sale.money, "Invoice: Refund Amount": sale.given_back,
         "Invoice: Status": state_of(sale, "Posted|Posted|Posted|Canceled|Draft")}
    ]  # fmt: skip


XERO = split(
    "ContactName|EmailAddress|AccountNumber|InvoiceNumber|Reference|InvoiceDate|DueDate|Total|TaxTotal|"
    "InvoiceAmountPaid|InvoiceAmountDue|Description|Quantity|UnitAmount|LineAmount|AccountCode|TaxType|Currency|Type|"
    "Sent|Status"
)


def xero(sale: Sale) -> list[Row]:
    """A row per line with the total of the invoice on each; credit notes are rows of their own."""
    row = {
        "ContactName": f"Firm {sale.person}", "EmailAddress": sale.email, "InvoiceNumber": f"INV-{sale.number}",
        "InvoiceDate": f"{sale.at:%d/%m/%Y}", "Total": sale.money, "Currency": sale.currency, "Type": "Sales invoice",
        "Status": state_of(sale, "Paid|Paid|Paid|Voided|Draft"), "AccountCode": 200,
    }  # fmt: skip
    rows = [{**row, "LineAmount": units(item, sale.currency)} for item in sale.items]
    note = {
        "InvoiceNumber": f"CN-{sale.number}", "InvoiceDate": f"{sale.back_at:%d/%m/%Y}", "Total": sale.given_back,
        "Type": "Sales credit note",
    }  # fmt: skip
    return [*rows, {**row, **note}] if sale.back else rows


QUICKBOOKS = split(
    "Date|Transaction Type|Num|Customer|Product/Service|Memo/Description|Quantity|Sales Price|Amount|Balance"
)


def quickbooks(sale: Sale) -> list[Row]:
    """A running balance beside the amounts."""
    if sale.state in ("cancelled", "open"):
        return []
    row = {"Customer": f"Firm {sale.person}", "Num": sale.number, "Date": f"{sale.at:%m/%d/%Y}"}
    lines = [
        {**row, "Transaction Type": "Invoice", "Product/Service": f"S{place}", "Quantity": 1, "Amount": f"{cents(item):,}",
         "Balance": sale.number * 100 + place}
        for place, item in enumerate(sale.items)
    ]  # fmt: skip
    memo = {
        "Transaction Type": "Credit Memo",
        "Amount": -cents(sale.back),
        "Date": f"{sale.back_at:%m/%d/%Y}",
    }
    return [*lines, {**row, **memo, "Num": 5000 + sale.number}] if sale.back else lines


SAP_BILLING = split(
    "Faktura|Pos.|FkArt|Fakturadatum|Auftraggeber|Material|Bezeichnung|Fakt.Menge|ME|Nettowert|Währg"
)


def sap_billing(sale: Sale) -> list[Row]:
    """German, the minus behind the number; credit notes are documents of another type."""
    if sale.state in ("cancelled", "open"):
        return []
    row = {"Auftraggeber": f"{sale.person:010d}", "Währg": sale.currency}
    lines = [
        {**row, "Faktura": 90_000_000 + sale.number, "Pos.": place * 10, "FkArt": "ZF2", "Material": f"M{place}",
         "Fakturadatum": f"{sale.at:%d.%m.%Y}", "Nettowert": german(units(item, sale.currency))}
        for place, item in enumerate(sale.items, 1)
    ]  # fmt: skip
    note = {
        "Faktura": 91_000_000 + sale.number, "Pos.": 10, "FkArt": "ZG2", "Fakturadatum": f"{sale.back_at:%d.%m.%Y}",
        "Nettowert": f"{german(sale.given_back)}-",
    }  # fmt: skip
    return [*lines, {**row, **note}] if sale.back else lines


SAP_POSTINGS = split(
    "Debitor|Belegnummer|Belegart|Belegdatum|Buchungsdatum|Soll/Haben-Kennz.|Betrag in Hauswährung|Hauswährung|Text"
)


def sap_postings(sale: Sale) -> list[Row]:
    """Invoices, credit notes and the payments of them."""
    if sale.state in ("cancelled", "open"):
        return []

    def row(kind: str, at: datetime, amount: Decimal) -> Row:
        side = "S" if kind == "DR" else "H"
        return {
            "Debitor": 100_000 + sale.person, "Belegnummer": f"{kind}{sale.number}", "Belegart": kind,
            "Belegdatum": f"{at:%d.%m.%Y}", "Buchungsdatum": f"{at:%d.%m.%Y}", "Soll/Haben-Kennz.": side,
            "Betrag in Hauswährung": german(amount) + ("" if side == "S" else "-"), "Hauswährung": sale.currency,
        }  # fmt: skip

    rows = [row("DR", sale.at, sale.money), row("DZ", sale.back_at, sale.money)]
    return [*rows, row("DG", sale.back_at, sale.given_back)] if sale.back else rows


OPPORTUNITIES = split(
    "Id|IsDeleted|AccountId|Name|StageName|Amount|Probability|CloseDate|Type|LeadSource|IsClosed|IsWon|OwnerId|"
    "CreatedDate|CurrencyIsoCode"
)


def salesforce(sale: Sale) -> list[Row]:
    """Only what was won counts, whatever its stage is called."""
    is_won = sale.state in ("paid", "part")
    return [
        {"Id": f"006{sale.number}", "AccountId": f"001{sale.person}", "Amount": sale.money, "Type": "New Business",
         "StageName": state_of(sale, "Gewonnen|Signed|Closed Lost|Closed Lost|Negotiation"), "IsClosed": "true",
         "CloseDate": f"{sale.at:%Y-%m-%d}", "IsWon": str(is_won).lower(), "CurrencyIsoCode": sale.currency}
    ]  # fmt: skip


DEALS = split(
    "Record ID|Deal Name|Deal Stage|Close Date|Deal owner|Amount|Pipeline|Create Date|Associated Contact IDs|Currency"
)


def hubspot(sale: Sale) -> list[Row]:
    """Stages of a pipeline."""
    words = "Closed Won|Closed Won|Closed Lost|Closed Lost|Presentation Scheduled"
    return [
        {"Record ID": sale.number, "Deal Name": f"Deal {sale.number}", "Deal Stage": state_of(sale, words),
         "Close Date": f"{sale.at:%Y-%m-%d %H:%M}", "Amount": sale.money, "Pipeline": "Sales Pipeline",
         "Associated Contact IDs": 700 + sale.person, "Currency": sale.currency}
    ]  # fmt: skip


GA4 = split(
    "event_date|event_timestamp|event_name|user_id|user_pseudo_id|ecommerce.transaction_id|ecommerce.purchase_revenue|"
    "ecommerce.refund_value|traffic_source.medium|platform"
)


def ga4(sale: Sale) -> list[Row]:
    """Microseconds since 1970; a purchase may be sent twice, and most events are none."""

    def row(name: str, at: datetime) -> Row:
        return {
            "event_date": f"{at:%Y%m%d}", "event_timestamp": int(at.timestamp()) * 1_000_000 + 17, "event_name": name,
            "user_pseudo_id": f"{sale.person}.{170_000 + sale.person}", "platform": "WEB",
        }  # fmt: skip

    rows = [row("session_start", sale.at), row("page_view", sale.at)]
    if sale.state in ("cancelled", "open"):
        return rows
    bought = row("purchase", sale.at) | {
        "ecommerce.transaction_id": f"T{sale.number}", "ecommerce.purchase_revenue": cents(sale.amount),
    }  # fmt: skip
    back = row("refund", sale.back_at) | {
        "ecommerce.transaction_id": f"T{sale.number}", "ecommerce.refund_value": cents(sale.back),
    }  # fmt: skip
    return [
        *rows,
        bought,
        *([bought] if sale.number % 9 == 0 else []),
        *([back] if sale.back else []),
    ]


EXPORTS = {
    "Shopify orders": Export(SHOPIFY, shopify),
    "WooCommerce orders": Export(WOO, woocommerce),
    "WooCommerce orders (Advanced Order Export)": Export(WOO_ADVANCED, woocommerce_advanced),
    "Magento orders": Export(MAGENTO, magento, own_currency),
    "BigCommerce orders": Export(BIGCOMMERCE, bigcommerce),
    "PrestaShop orders": Export(PRESTASHOP, prestashop, own_currency_paid, delimiter=";"),
    "PrestaShop table ps_orders": Export(PRESTASHOP_TABLE, prestashop_table, all_paid),
    "Odoo sales orders": Export(ODOO, odoo, without_refunded),
    "Amazon order report": Export(AMAZON, amazon, without_refunded, delimiter="\t"),
    "eBay orders": Export(EBAY, ebay, all_paid, currency="USD"),
    "Etsy sold orders": Export(ETSY, etsy, paid_only),
    "Etsy sold order items": Export(ETSY_ITEMS, etsy_items, paid_only),
    "Lightspeed sales ledger (X-Series)": Export(LIGHTSPEED, lightspeed, own_currency_paid),
    "Square transactions": Export(SQUARE, square, own_currency_dated, currency="USD"),
    "Square items": Export(SQUARE_ITEMS, square_items, all_paid, currency="USD"),
    "Clover orders": Export(CLOVER, clover),
    "Toast check details": Export(TOAST_CHECKS, toast_checks, paid_only_own),
    "Toast payment details": Export(TOAST_PAYMENTS, toast_payments, own_currency_dated),
    "Mindbody sales": Export(MINDBODY, mindbody, own_currency_dated),
    "Stripe payments": Export(STRIPE, stripe, dated),
    "Stripe charges (interface)": Export(STRIPE_CHARGES, stripe_charges),
    "Stripe balance history": Export(BALANCE, stripe_balance, dated),
    "Stripe balance changes, itemized": Export(BALANCE_REPORT, stripe_report, dated),
    "Stripe invoices": Export(STRIPE_INVOICES, stripe_invoices, without_refunded),
    "PayPal activity": Export(PAYPAL, paypal, dated),
    "PayPal activity, German": Export(PAYPAL_DE, paypal_german, dated),
    "Mollie payments": Export(MOLLIE, mollie),
    "Chargebee invoices": Export(CHARGEBEE, chargebee),
    "Recurly invoices": Export(RECURLY, recurly, dated),
    "Zuora invoices": Export(ZUORA, zuora),
    "Xero sales invoices": Export(XERO, xero, dated),
    "QuickBooks sales by customer detail": Export(QUICKBOOKS, quickbooks, own_currency_dated),
    "SAP billing items (VBRP)": Export(SAP_BILLING, sap_billing, dated, delimiter=";"),
    "SAP customer postings (FBL5N)": Export(SAP_POSTINGS, sap_postings, dated, delimiter=";"),
    "Salesforce opportunities": Export(OPPORTUNITIES, salesforce, without_refunded),
    "HubSpot deals": Export(DEALS, hubspot, without_refunded),
    "Google Analytics 4 events (BigQuery)": Export(GA4, ga4, own_currency_dated),
}
