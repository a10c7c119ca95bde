"""The local emulator: MiniStack at a pinned version, extended from outside.

Start it with an empty environment, because the server hands its own environment to every function it runs:

    env -i PATH=<folder of node 24>:/usr/bin:/bin HOME=<own folder> TMPDIR=<own folder> \\
        BIND_HOST=127.0.0.1 GATEWAY_PORT=4566 MINISTACK_HOST=localhost MINISTACK_REGION=us-east-1 \\
        AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AUTH=true CLOUDTRAIL_RECORDING=1 \\
        USE_SSL=1 MINISTACK_SSL_CERT=<leaf and CA>.pem MINISTACK_SSL_KEY=<leaf key>.pem \\
        PYTHONPATH=local .venv/bin/python -m emulator

Nothing installed is changed: `__main__` checks what the patches rely on (`guard`), applies `patches` in memory and
calls the server's own `main()`. `settings` lists the variables of ours.

What a function finds in its environment, besides its own variables and what AWS sets:

* `AWS_ENDPOINT_URL=https://127.0.0.1:<port>` and a session of its own execution role. A function that sets
  `AWS_ENDPOINT_URL` itself keeps it, but then gets no CA either.
* `NODE_EXTRA_CA_CERTS=<MINISTACK_SSL_CERT>`. Node reads every certificate in that file, so when it holds the leaf
  *and the CA that signed it*, a function trusts each server signed by that CA (the provider simulators, too) without
  any setting. A function that sets `NODE_EXTRA_CA_CERTS` itself replaces it and must then name a bundle.
* the rest of the server's environment, except what starts with `KEYROOM_` (the launcher takes those away).
"""
