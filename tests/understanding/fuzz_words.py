"""Synonyms of usual columns by language, for folders that are put together at random."""

from __future__ import annotations

KEYS: dict[str, tuple[str, ...]] = {
    "en": (
        "Customer ID",
        "customer_no",
        "Client Number",
        "member id",
        "AccountNo",
        "cust_id",
        "buyer",
    ),
    "de": ("Kundennummer", "Kd-Nr.", "Kunden-ID", "Debitor", "Mitgliedsnummer"),
    "fr": ("N° client", "ID client", "Code client", "Numéro d'adhérent"),
    "es": ("ID cliente", "Código de cliente", "Nº cliente", "Número de socio"),
    "it": ("Codice cliente", "ID cliente", "Numero cliente", "N. tessera"),
    "nl": ("Klantnummer", "Klant-ID", "Debiteurnummer", "Relatienummer"),
    "pt": ("Código do cliente", "ID do cliente", "Nº cliente"),
    "pl": ("Numer klienta", "ID klienta", "Kod klienta"),
    "ru": ("Код клиента", "Номер клиента", "ID клиента"),
    "ja": ("顧客番号", "顧客ID", "会員番号"),
    "zh": ("客户编号", "客户ID", "会员编号"),
}
TIMES: dict[str, tuple[str, ...]] = {
    "en": ("Order Date", "date", "Purchased at", "transaction_date", "Sold On", "created_at"),
    "de": ("Bestelldatum", "Datum", "Rechnungsdatum", "Kaufdatum", "Buchungsdatum"),
    "fr": ("Date de commande", "Date", "Date d'achat", "Date de facture"),
    "es": ("Fecha", "Fecha de pedido", "Fecha de compra"),
    "it": ("Data", "Data ordine", "Data acquisto"),
    "nl": ("Besteldatum", "Datum", "Aankoopdatum", "Factuurdatum"),
    "pt": ("Data", "Data do pedido", "Data da compra"),
    "pl": ("Data", "Data zamówienia", "Data zakupu"),
    "ru": ("Дата", "Дата заказа", "Дата покупки"),
    "ja": ("注文日", "購入日", "売上日"),
    "zh": ("订单日期", "下单时间", "购买日期"),
}
AMOUNTS: dict[str, tuple[str, ...]] = {
    "en": ("Total", "Amount", "Order Total", "grand_total", "Revenue", "Sales"),
    "de": ("Betrag", "Gesamtbetrag", "Umsatz", "Bruttobetrag", "Summe"),
    "fr": ("Montant", "Montant total", "Total TTC", "Prix total"),
    "es": ("Importe", "Importe total", "Total", "Monto"),
    "it": ("Importo", "Totale", "Importo totale"),
    "nl": ("Bedrag", "Totaalbedrag", "Omzet"),
    "pt": ("Valor", "Valor total", "Montante"),
    "pl": ("Kwota", "Wartość", "Kwota brutto"),
    "ru": ("Сумма", "Сумма заказа", "Итого"),
    "ja": ("金額", "合計金額", "売上金額"),
    "zh": ("金额", "总金额", "实付金额"),
}
ORDERS: dict[str, tuple[str, ...]] = {
    "en": ("Order ID", "Invoice", "receipt_no", "Order Number"),
    "de": ("Bestellnummer", "Rechnungsnummer", "Belegnummer", "Auftragsnr."),
    "fr": ("N° commande", "Numéro de facture", "Référence commande"),
    "es": ("Nº pedido", "Número de factura", "ID pedido"),
    "it": ("Numero ordine", "N. fattura", "ID ordine"),
    "nl": ("Bestelnummer", "Factuurnummer", "Ordernummer"),
    "pt": ("Nº do pedido", "Número da fatura", "Pedido"),
    "pl": ("Numer zamówienia", "Nr faktury"),
    "ru": ("Номер заказа", "Номер счёта"),
    "ja": ("注文番号", "伝票番号"),
    "zh": ("订单编号", "订单号"),
}
STATUSES: dict[str, tuple[str, str, str]] = {  # the column, what counts, what does not
    "en": ("Status", "completed", "cancelled"),
    "de": ("Status", "abgeschlossen", "storniert"),
    "fr": ("Statut", "terminée", "annulée"),
    "es": ("Estado", "completado", "cancelado"),
    "it": ("Stato", "completato", "annullato"),
    "nl": ("Status", "voltooid", "geannuleerd"),
    "pt": ("Estado", "concluído", "cancelado"),
    "pl": ("Status", "zrealizowane", "anulowane"),
    "ru": ("Статус", "выполнен", "отменён"),
    "ja": ("注文状況", "完了", "キャンセル"),
    "zh": ("订单状态", "已完成", "已取消"),
}
NOISE: dict[str, tuple[str, ...]] = {
    "en": ("Shop", "Notes", "Sales rep", "Items"),
    "de": ("Filiale", "Bemerkung", "Vertreter", "Positionen"),
    "fr": ("Magasin", "Remarque", "Vendeur", "Articles"),
    "es": ("Tienda", "Notas", "Vendedor", "Artículos"),
    "it": ("Negozio", "Note", "Agente", "Articoli"),
    "nl": ("Winkel", "Opmerking", "Verkoper", "Artikelen"),
    "pt": ("Loja", "Notas", "Vendedor", "Itens"),
    "pl": ("Sklep", "Uwagi", "Sprzedawca", "Pozycje"),
    "ru": ("Магазин", "Примечание", "Продавец", "Позиции"),
    "ja": ("店舗", "備考", "担当者", "点数"),
    "zh": ("门店", "备注", "销售员", "件数"),
}
ENCODINGS: dict[str, tuple[str, ...]] = {
    "pl": ("utf-8", "cp1250"),
    "ru": ("utf-8", "cp1251"),
    "ja": ("utf-8", "shift_jis"),
    "zh": ("utf-8", "gb18030"),
}
WESTERN = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
