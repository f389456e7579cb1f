"""The pages of orders, below /o/<org>/. Where shops send to stands in seatdash/urls.py."""

from django.urls import path

from seatdash.orders.views import mapping, orders, shops

ORDERS = "settings/orders"
ORDER, MESSAGE = f"{ORDERS}/<uuid:order_id>", f"{ORDERS}/messages/<uuid:message_id>"
SHOP = f"{ORDERS}/shops/<uuid:source_id>"
PRODUCT, CUSTOMER = f"{ORDERS}/products/<uuid:rule_id>", f"{ORDERS}/customers/<uuid:customer_id>"

urlpatterns = [
    path(f"{ORDERS}/", orders.orders, name="orders"),
    path(f"{ORDERS}/run/", orders.run_orders, name="run-orders"),
    path(f"{ORDER}/", orders.order, name="order"),
    path(f"{ORDER}/run/", orders.run_order, name="run-order"),
    path(f"{ORDER}/ignore/", orders.ignore_order, name="ignore-order"),
    path(f"{ORDER}/refund/", orders.count_refund, name="count-refund"),
    path(f"{MESSAGE}/", orders.message, name="order-message"),
    path(f"{MESSAGE}/ignore/", orders.ignore_message, name="ignore-message"),
    path(f"{ORDERS}/shops/new/", shops.new_shop, name="new-shop"),
    path(f"{SHOP}/", shops.shop, name="shop"),
    path(f"{SHOP}/change/", shops.change_shop, name="change-shop"),
    path(f"{SHOP}/secret/", shops.shop_secret, name="shop-secret"),
    path(f"{SHOP}/key/", shops.shop_key, name="shop-key"),
    path(f"{SHOP}/pause/", shops.pause_shop, name="pause-shop"),
    path(f"{SHOP}/products/new/", mapping.map_product, name="map-product"),
    path(f"{SHOP}/customers/new/", mapping.map_customer, name="map-customer"),
    path(f"{PRODUCT}/", mapping.change_mapping, name="change-mapping"),
    path(f"{PRODUCT}/remove/", mapping.unmap_product, name="unmap-product"),
    path(f"{CUSTOMER}/remove/", mapping.unmap_customer, name="unmap-customer"),
]
