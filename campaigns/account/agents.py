"""A browser in the words of its owner."""

# The first name that occurs counts: most browsers also claim to be those further down.
BROWSERS = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox")),
    *(("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("CrOS", "ChromeOS"), ("Mac OS", "Mac"), ("Linux", "Linux")),
)


def words(agent: str) -> str:
    """What a User-Agent header says, such as "Firefox on Linux"; an unknown one is "Another browser"."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "Another browser")
    system = next((name for sign, name in SYSTEMS if sign in agent), None)
    return f"{browser} on {system}" if system else browser
