"""The trial engine: browsers only, in a process of its own, with nothing but `pip install`.

`process` starts and finds that process; `edge` is the port's side of it and `page_proxy` the
pages'. Inside it: `server` (who connects), `engine` (the port's promises), `orders` (commands),
`calls` (what pages do), `mixer` (20 ms at a time), `peer` (WebRTC, by aiortc).
"""
