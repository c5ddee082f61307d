"""Tills and shops in their own languages and encodings."""

from __future__ import annotations

from typing import Any

from tests.understanding.companies import MIXED, company, money
from tests.understanding.flat import line_rows, order_rows, person_rows, shop_truth, who
from tests.understanding.truths import Truth, totals
from tests.understanding.writing import Place


def scontrini_it(place: Place) -> Truth:
    """An Excel workbook with one sheet per branch, all of the same columns; `12,50` as text."""
    firm = company(
        "scontrini_it", language="it", states={"cancelled": 0.04}, every=25, customers=150
    )
    header, rows = order_rows(firm.orders, {
        "Scontrino": lambda o: f"S{o.number}", "Data e ora": lambda o: o.at.strftime("%d/%m/%Y %H:%M"), "Tessera": lambda o: f"TE{who(o).number}",
        "Cliente": lambda o: who(o).name, "Totale": lambda o: f"€ {money(o.total, mark=',', group='.')}", "Pagamento": lambda o: ("Contanti", "Carta")[o.number % 2],
        "Stato": lambda o: "Annullato" if o.state == "cancelled" else "Emesso",
    })  # fmt: skip
    branches = {name: [header, *rows[n::3]] for n, name in enumerate(("Torino", "Bari", "Como"))}
    place.xlsx("vendite.xlsx", branches)
    return shop_truth("Three Italian shops with loyalty cards: receipts by branch.", firm.orders, [f"vendite.xlsx#{name}" for name in branches],
        {"key": ["Tessera"], "time": ["Data e ora"], "amount": ["Totale"], "order": ["Scontrino"], "status": ["Stato"]}, currency="EUR", personal=["Cliente"])  # fmt: skip


def tickets_es(place: Place) -> Truth:
    """Till tickets by line with a loyalty card that many buyers do not have."""
    firm = company("tickets_es", language="es", guests=0.3, every=18, customers=130)
    place.csv("tickets.txt", *line_rows(firm.orders, {
        "Nº ticket": lambda o, _: o.number, "Fecha": lambda o, _: o.at.strftime("%d/%m/%Y"), "Hora": lambda o, _: o.at.strftime("%H:%M"),
        "Tarjeta cliente": lambda o, _: f"TC{o.person.number}" if o.person else "", "Artículo": lambda _, line: line.product, "Familia": lambda _, line: line.group,
        "Cantidad": lambda _, line: line.quantity, "Precio": lambda _, line: money(line.price, mark=","), "Importe": lambda _, line: money(line.total, mark=","),
    }), sep="\t", encoding="latin-1")  # fmt: skip
    return shop_truth("A Spanish shop's till tickets by line; a third of the buyers are unknown.", firm.orders, ["tickets.txt"],
        {"key": ["Tarjeta cliente"], "time": ["Fecha", "Hora"], "amount": ["Importe"], "order": ["Nº ticket"]}, may_ask=["currency"])  # fmt: skip


def receipts_and_lines(place: Place) -> Truth:
    """Receipts and their lines in two files: the lines add up to the receipts."""
    firm = company("receipts_and_lines", states={"cancelled": 0.05}, every=30, customers=160)
    place.csv("receipts.csv", *order_rows(firm.orders, {
        "receipt_id": lambda o: o.number, "loyalty_id": lambda o: f"L{who(o).number:06d}", "till": lambda o: o.number % 4, "sold_at": lambda o: o.at.isoformat(sep=" "),
        "total": lambda o: money(o.total), "void": lambda o: int(not o.counts), "currency": lambda _: "GBP",
    }))  # fmt: skip
    place.csv("receipt_lines.csv", *line_rows(firm.orders, {
        "receipt_id": lambda o, _: o.number, "sku": lambda _, line: line.sku, "description": lambda _, line: line.product, "department": lambda _, line: line.group,
        "qty": lambda _, line: line.quantity, "unit_price": lambda _, line: money(line.price), "line_total": lambda _, line: money(line.total),
    }))  # fmt: skip
    return shop_truth("A shop with loyalty cards: receipts, and their lines.", firm.orders, ["receipts.csv"],
        {"key": ["loyalty_id"], "time": ["sold_at"], "amount": ["total", "line_total"], "order": ["receipt_id"], "status": ["void"]}, currency="GBP")  # fmt: skip


def pedidos_pt(place: Place) -> Truth:
    """Portuguese orders: `R$ 1.234,50`, statuses in Portuguese, a customers file with a tax number."""
    firm = company("pedidos_pt", language="pt", states=MIXED)
    states = {
        "paid": "Entregue",
        "partly": "Entregue",
        "refunded": "Devolvido",
        "open": "Aguardando pagamento",
        "cancelled": "Cancelado",
    }
    place.csv("pedidos.csv", *order_rows(firm.orders, {
        "Pedido": lambda o: o.number, "Data do pedido": lambda o: o.at.strftime("%d/%m/%Y"), "Cód. cliente": lambda o: who(o).number, "Situação": lambda o: states[o.state],
        "Valor total": lambda o: f"R$ {money(o.total, mark=',', group='.')}", "Valor devolvido": lambda o: f"R$ {money(o.refund, mark=',', group='.')}", "Forma de pagamento": lambda _: "Pix",
    }), sep=";", encoding="utf-8-sig")  # fmt: skip
    place.csv("clientes.csv", *person_rows(firm.people, {
        "Código": lambda p: p.number, "Nome completo": lambda p: p.name, "E-mail": lambda p: p.email, "Cidade": lambda p: p.city, "Data de cadastro": lambda p: p.joined.strftime("%d/%m/%Y"),
    }), sep=";", encoding="utf-8-sig")  # fmt: skip
    people = len(firm.people)
    return Truth(
        about="A Brazilian web shop: orders, and the customers in a file of their own.",
        entities={
            "transactions": {"files": ["pedidos.csv"], "key": ["Cód. cliente"], "time": ["Data do pedido"], "amount": ["Valor total", "Valor devolvido"], "order": ["Pedido"], "status": ["Situação"]},
            "customers": {"files": ["clientes.csv"], "key": ["Código"], "joined_at": "Data de cadastro"},
        },
        churn="silence", currency="BRL", personal=["Nome completo", "E-mail"], attributes=["Cidade"],
        totals=totals(firm.orders) | {"customers": {"min": people, "max": people}, "joined": people},
    )  # fmt: skip


def zamowienia_pl(place: Place) -> Truth:
    """Polish orders in windows-1250: `1 234,50 zł`."""
    firm = company("zamowienia_pl", language="pl", states=MIXED)
    states = {
        "paid": "Zrealizowane",
        "partly": "Zrealizowane",
        "refunded": "Zwrócone",
        "open": "Oczekuje na płatność",
        "cancelled": "Anulowane",
    }
    place.csv("zamowienia.csv", *order_rows(firm.orders, {
        "Nr zamówienia": lambda o: f"ZAM/{o.number}", "Data złożenia": lambda o: o.at.strftime("%Y-%m-%d %H:%M"), "Klient": lambda o: who(o).name, "E-mail": lambda o: who(o).email,
        "Status": lambda o: states[o.state], "Wartość": lambda o: f"{money(o.total, mark=',', group=' ')} zł", "Zwrot": lambda o: f"{money(o.refund, mark=',', group=' ')} zł", "Płatność": lambda _: "BLIK",
    }), sep=";", encoding="cp1250")  # fmt: skip
    return shop_truth("A Polish web shop's orders; customers by e-mail.", firm.orders, ["zamowienia.csv"],
        {"key": ["E-mail"], "time": ["Data złożenia"], "amount": ["Wartość", "Zwrot"], "order": ["Nr zamówienia"], "status": ["Status"]}, currency="PLN", personal=["Klient", "E-mail"])  # fmt: skip


def prodazhi_ru(place: Place) -> Truth:
    """Russian sales in windows-1251 by line."""
    firm = company("prodazhi_ru", language="ru")
    place.csv("продажи.csv", *line_rows(firm.orders, {
        "Номер заказа": lambda o, _: o.number, "Дата": lambda o, _: o.at.strftime("%d.%m.%Y %H:%M:%S"), "Код клиента": lambda o, _: f"К-{who(o).number}", "Клиент": lambda o, _: who(o).name,
        "Товар": lambda _, line: line.product, "Количество": lambda _, line: line.quantity, "Цена": lambda _, line: money(line.price, mark=","), "Сумма": lambda _, line: money(line.total, mark=","), "Валюта": lambda _, __: "RUB",
    }), sep=";", encoding="cp1251")  # fmt: skip
    return shop_truth("A Russian shop's sales by line.", firm.orders, ["продажи.csv"],
        {"key": ["Код клиента"], "time": ["Дата"], "amount": ["Сумма"], "order": ["Номер заказа"]}, currency="RUB", personal=["Клиент"])  # fmt: skip


def juchu_ja(place: Place) -> Truth:
    """Japanese orders in Shift-JIS: whole yen, statuses in Japanese, `2023/04/05`."""
    firm = company("juchu_ja", language="ja", states={"cancelled": 0.05, "open": 0.02})
    states = {"paid": "発送済み", "cancelled": "キャンセル", "open": "入金待ち"}
    place.csv("受注一覧.csv", *order_rows(firm.orders, {
        "注文番号": lambda o: o.number, "注文日時": lambda o: o.at.strftime("%Y/%m/%d %H:%M:%S"), "顧客ID": lambda o: who(o).number, "氏名": lambda o: who(o).name, "都道府県": lambda o: who(o).city,
        "合計金額": lambda o: o.total, "支払方法": lambda _: "クレジットカード", "注文状況": lambda o: states[o.state],
    }), encoding="shift_jis")  # fmt: skip
    return shop_truth("A Japanese web shop's orders.", firm.orders, ["受注一覧.csv"],
        {"key": ["顧客ID"], "time": ["注文日時"], "amount": ["合計金額"], "order": ["注文番号"], "status": ["注文状況"]}, personal=["氏名"], totals=totals(firm.orders, unit=1), may_ask=["currency"])  # fmt: skip


def dingdan_zh(place: Place) -> Truth:
    """Chinese orders in GB18030 with a phone as the buyer, and `¥` before the money."""
    firm = company("dingdan_zh", language="zh", states={"cancelled": 0.06, "refunded": 0.03})
    states = {"paid": "交易成功", "cancelled": "交易关闭", "refunded": "已退款"}
    place.csv("订单.csv", *order_rows(firm.orders, {
        "订单编号": lambda o: f"2023{o.number}", "买家会员名": lambda o: f"tb{who(o).number}", "联系手机": lambda o: f"138{who(o).number:08d}", "实付金额": lambda o: f"¥{money(o.total)}",
        "订单状态": lambda o: states[o.state], "订单创建时间": lambda o: o.at.strftime("%Y-%m-%d %H:%M:%S"), "宝贝种类": lambda o: len(o.lines),
    }), encoding="gb18030")  # fmt: skip
    return shop_truth("A Chinese shop's orders.", firm.orders, ["订单.csv"],
        {"key": ["买家会员名", "联系手机"], "time": ["订单创建时间"], "amount": ["实付金额"], "order": ["订单编号"], "status": ["订单状态"]}, personal=["联系手机"], may_ask=["currency"])  # fmt: skip


def kasse_de(place: Place) -> Truth:
    """A German till: the day, the time and the kind of receipt; `Storno` receipts count for nothing."""
    firm = company(
        "kasse_de",
        language="de",
        states={"cancelled": 0.05, "partly": 0.03},
        every=24,
        customers=150,
    )
    rows: list[list[Any]] = []
    for order in firm.orders:
        card = f"{who(order).number:010d}"
        day, hour = order.at.strftime("%d.%m.%y"), order.at.strftime("%H:%M")
        rows.append(
            [
                order.number,
                day,
                hour,
                card,
                "Storno" if order.state == "cancelled" else "Verkauf",
                money(order.total, mark=","),
            ]
        )
        if order.refund_at:
            rows.append(
                [
                    order.number + 500_000,
                    order.refund_at.strftime("%d.%m.%y"),
                    order.refund_at.strftime("%H:%M"),
                    card,
                    "Retoure",
                    money(-order.refund, mark=","),
                ]
            )
    place.csv(
        "Kassenjournal",
        ["Bon-Nr", "Datum", "Zeit", "Kundenkarte", "Vorgang", "Betrag EUR"],
        rows,
        sep=";",
        encoding="cp1252",
    )
    return shop_truth("A German shop's till: sales, cancelled receipts, returns; a file without an ending.", firm.orders, ["Kassenjournal"],
        {"key": ["Kundenkarte"], "time": ["Datum", "Zeit"], "amount": ["Betrag EUR"], "order": ["Bon-Nr"], "status": ["Vorgang"]}, currency="EUR")  # fmt: skip


FOLDERS = {
    build.__name__: build
    for build in (
        scontrini_it, tickets_es, receipts_and_lines, pedidos_pt, zamowienia_pl, prodazhi_ru, juchu_ja,
        dingdan_zh, kasse_de,
    )
}  # fmt: skip
