"""How far the clocks of honest parties may differ (spec 02 §2.2)."""

TOLERANCE = 120
