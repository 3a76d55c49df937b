"""Looks at README.md and docs/ of a checkout: pages.py CHECKOUT"""

import pathlib
import re
import sys

checkout = pathlib.Path(sys.argv[1])
MOST_LINES = 250
readme = (checkout / "README.md").read_text()
wrong = []
if readme.count("\n") > MOST_LINES:
    wrong.append("README.md has more than %d lines" % MOST_LINES)
linked = {page: set(re.findall(r"\]\(([^)#:]+)", page.read_text()))
          for page in [checkout / "README.md", *checkout.glob("docs/*.md")]}
reached = {(page.parent / link).resolve()
           for page, links in linked.items() for link in links}
wrong += ["no page has a link to '%s'" % page.name for page in linked
          if page.name != "README.md" and page.resolve() not in reached]
wrong += ["%s: its link to '%s' leads nowhere" % (page.name, link)
          for page, links in linked.items() for link in links
          if not (page.parent / link).exists()]
if wrong:
    sys.exit("\n".join(wrong))
