"""What the platform offers, of 2015 and of today, as plain tuples: the catalogue makes rows of them."""

from typing import Final

DEFAULT_REGION: Final = "us"
DEFAULT_STACK: Final = "heroku-24"
DEFAULT_SIZE: Final = "Basic"
DEFAULT_GENERATION: Final = "cedar"

GENERATIONS: Final = ("cedar", "fir")

# name, description, country, locale, whether spaces can be there, region at AWS, id if it is known
REGIONS: Final = (
    ("dublin", "Dublin, Ireland", "Ireland", "Dublin", True, "eu-west-1", None),
    ("eu", "Europe", "Ireland", "Dublin", False, "eu-west-1", "ed30241c-ed8c-4bb6-9714-61953675d0b4"),
    ("frankfurt", "Frankfurt, Germany", "Germany", "Frankfurt", True, "eu-central-1", None),
    ("london", "London, United Kingdom", "United Kingdom", "London", True, "eu-west-2", None),
    ("montreal", "Montreal, Canada", "Canada", "Montreal", True, "ca-central-1", None),
    ("mumbai", "Mumbai, India", "India", "Mumbai", True, "ap-south-1", None),
    ("oregon", "Oregon, United States", "United States", "Oregon", True, "us-west-2", None),
    ("singapore", "Singapore", "Singapore", "Singapore", True, "ap-southeast-1", None),
    ("sydney", "Sydney, Australia", "Australia", "Sydney", True, "ap-southeast-2", None),
    ("tokyo", "Tokyo, Japan", "Japan", "Tokyo", True, "ap-northeast-1", None),
    ("us", "United States", "United States", "Virginia", False, "us-east-1", "59accabd-516d-4f0e-83e6-6e3757701145"),
    ("virginia", "Virginia, United States", "United States", "Virginia", True, "us-east-1", None),
)
# name, state, generation, id if it is known; a deprecated stack has reached its end of life, or is about to
STACKS: Final = (
    ("bamboo-mri-1.9.2", "deprecated", "cedar", None),
    ("cedar", "deprecated", "cedar", None),
    ("cedar-14", "deprecated", "cedar", "f9f9cbd7-2970-41ef-8db5-3df7123b041f"),
    ("heroku-22", "public", "cedar", None),
    ("heroku-24", "public", "cedar", None),
    ("heroku-26", "beta", "cedar", None),
    ("heroku-16", "deprecated", "cedar", None),
    ("heroku-18", "deprecated", "cedar", None),
    ("heroku-20", "deprecated", "cedar", None),
    ("container", "public", "cedar", None),
    ("cnb", "public", "fir", None),
)
GONE_STACKS: Final = ("heroku-16",)
"""Stacks that apps may still run on, but that are not listed: no app can be moved to them."""
# name, memory in GB, compute, precise dyno units, cents a month, whether it is dedicated, whether for spaces only
SIZES: Final = (
    ("Eco", 0.5, 1, 0.28, 500, False, False),
    ("Basic", 0.5, 1, 0.28, 700, False, False),
    ("Standard-1X", 0.5, 1, 1.0, 2500, False, False),
    ("Standard-2X", 1, 2, 2.0, 5000, False, False),
    ("Performance-M", 2.5, 12, 10.0, 25000, True, False),
    ("Performance-L", 14, 50, 20.0, 50000, True, False),
    ("Performance-L-RAM", 30, 24, 20.0, 50000, True, False),
    ("Performance-XL", 62, 50, 30.0, 75000, True, False),
    ("Performance-2XL", 126, 100, 60.0, 150000, True, False),
    ("Private-S", 1, 12, 4.0, None, True, True),
    ("Private-M", 2.5, 12, 12.0, None, True, True),
    ("Private-L", 14, 50, 24.0, None, True, True),
    ("Shield-S", 1, 12, 5.0, None, True, True),
    ("Shield-M", 2.5, 12, 14.0, None, True, True),
    ("Shield-L", 14, 50, 28.0, None, True, True),
)
FIR_SIZES: Final = (
    ("dyno-1c-0.5gb", 0.5, 1, 1.0, 2500, False, True),
    ("dyno-2c-1gb", 1, 2, 2.0, 5000, False, True),
    ("dyno-4c-8gb", 8, 4, 5.0, 12500, False, True),
    ("dyno-8c-16gb", 16, 8, 10.0, 25000, False, True),
)
GONE_SIZES: Final = ("Free", "Hobby", "1X", "2X", "PX")
"""Sizes of 2015: still accepted and shown, but not listed."""

# service, its human name, the config var it sets, the form of that var's value, its plans with a price in cents
SERVICES: tuple[tuple[str, str, str, str, tuple[tuple[str, int], ...]], ...] = (
    (
        "heroku-postgresql",
        "Heroku Postgres",
        "DATABASE_URL",
        "postgres://u{0}:p{1}@ec2-54-83-1-2.compute-1.amazonaws.com:5432/d{0}",
        (
            ("dev", 0),
            ("basic", 900),
            ("crane", 5000),
            ("standard-0", 5000),
            ("premium-0", 20000),
            ("mini", 500),
            ("essential-0", 500),
            ("essential-1", 900),
            ("essential-2", 2000),
            ("standard-2", 20000),
            ("private-0", 30000),
            ("shield-0", 35000),
        ),
    ),
    (
        "heroku-redis",
        "Heroku Redis",
        "REDIS_URL",
        "redis://h:p{1}@ec2-54-243-1-2.compute-1.amazonaws.com:6379",
        (("hobby-dev", 0), ("premium-0", 1500), ("premium-1", 3000), ("mini", 300), ("private-7", 100000)),
    ),
    (
        "papertrail",
        "Papertrail",
        "PAPERTRAIL_API_TOKEN",
        "{1}",
        (("choklad", 0), ("fixa", 700), ("forsta", 1800)),
    ),
    (
        "sendgrid",
        "SendGrid",
        "SENDGRID_PASSWORD",
        "{1}",
        (("starter", 0), ("bronze", 995), ("silver", 7995)),
    ),
    ("newrelic", "New Relic APM", "NEW_RELIC_LICENSE_KEY", "{1}", (("wayne", 0), ("stark", 0))),
    (
        "memcachier",
        "MemCachier",
        "MEMCACHIER_PASSWORD",
        "{1}",
        (("dev", 0), ("100", 1500), ("500", 5000)),
    ),
    (
        "mongolab",
        "MongoLab",
        "MONGOLAB_URI",
        "mongodb://heroku_{0}:{1}@ds041394.mongolab.com:41394/heroku_{0}",
        (("sandbox", 0), ("shared-single-small", 1800)),
    ),
    ("scheduler", "Heroku Scheduler", "SCHEDULER_TOKEN", "{1}", (("standard", 0),)),
)
FEATURES: Final = {
    "app": (
        ("http-session-affinity", "Routes the requests of a session to the same dyno.", "public"),
        ("log-runtime-metrics", "Writes load and memory of each dyno into the logs.", "public"),
        ("preboot", "Starts new dynos before old ones are stopped.", "public"),
        ("websockets", "Lets WebSocket connections through.", "alpha"),
        ("runtime-dyno-metadata", "Tells a dyno about its app and release.", "general"),
        ("runtime-heroku-metrics", "Measures what happens within a process.", "general"),
        ("spaces-tls-legacy", "Speaks older versions of TLS in a space.", "general"),
    ),
    "account": (
        ("github-sync", "Deploys a branch whenever it is pushed.", "beta"),
        ("pipelines", "Promotes slugs from one app to the next.", "public"),
        ("spdy", "Speaks SPDY with the router.", "alpha"),
        ("dashboard-repositories-api", "Lists the repositories of a pipeline.", "beta"),
        ("metrics-request-volume", "Charts requests a minute.", "general"),
    ),
}
