"""The fields of public affairs: what a question is about decides which agency answers."""

from enum import StrEnum


class Field(StrEnum):
    LAND = "land"
    CONSTRUCTION = "construction"
    TRANSPORT = "transport"
    ENVIRONMENT = "environment"
    AGRICULTURE = "agriculture"
    BUSINESS = "business"
    FINANCE = "finance"
    TAX = "tax"
    INDUSTRY_TRADE = "industry_trade"
    LABOUR = "labour"
    SOCIAL_WELFARE = "social_welfare"
    HOME_AFFAIRS = "home_affairs"
    JUSTICE = "justice"
    PUBLIC_SECURITY = "public_security"
    HEALTH = "health"
    HEALTH_INSURANCE = "health_insurance"
    EDUCATION = "education"
    CULTURE_TOURISM = "culture_tourism"
    ICT = "ict"
    ETHNIC_RELIGION = "ethnic_religion"
    OTHER = "other"
