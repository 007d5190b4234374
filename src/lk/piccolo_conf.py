"""Where Piccolo looks for its engine and its apps."""

from piccolo.conf.apps import AppRegistry

from lk.db.standing import CURRENT

DB = CURRENT
APP_REGISTRY = AppRegistry(apps=["lk.piccolo_app"])
