# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a program calls itself, in words a person recognises."""

# The first that occurs wins: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST = 60


def program_of(user_agent: str) -> str:
    """Browser and system for a browser ("Firefox · Windows"), the first word for another program ("rclone/v1.60.1")."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser:
        return f"{browser} · {system}" if system else browser
    return (user_agent.split() or ["–"])[0][:LONGEST]


def device_of(user_agent: str) -> str:
    """The picture that stands for the machine: "smartphone", "tablet" or "monitor"."""
    if any(mark in user_agent for mark in ("iPad", "Tablet")):
        return "tablet"
    return "smartphone" if any(mark in user_agent for mark in ("iPhone", "Mobile")) else "monitor"
