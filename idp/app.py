"""The only assembly of the web application. Makes no decision of its own."""

from __future__ import annotations

from flask import Flask

from idp.services import Services, build_services
from idp.settings import Settings
from idp.web import errors, headers
from idp.web.assets import build_blueprint, load_assets
from idp.web.blueprints import BLUEPRINTS
from idp.web.context import EXTENSION
from idp.web.render import Renderer


def create_app(settings: Settings, services: Services | None = None) -> Flask:
    """The application for a site, on the services given or on those the settings name.

    Raises what `build_services` raises.
    """
    house = services or build_services(settings)
    return assemble(house)


def assemble(house: Services) -> Flask:
    """The application on these services."""
    site = house.site
    app = Flask("idp", static_folder=None, template_folder=None)
    # A redirect that mends an address would repeat a POST elsewhere (RFC 9700 §4.12).
    app.url_map.merge_slashes = False
    assets = load_assets(site.brand, site.folder)
    app.extensions[EXTENSION] = (house, Renderer(site=site, texts=house.texts, assets=assets))
    headers.install(app)
    errors.install(app)
    app.register_blueprint(build_blueprint(assets))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
