"""Server-sent events: one feed reader a process, and fan-out to the open pages.

`application` is a bare ASGI application beside Django: an open page costs it some kilobytes, no
thread and no database connection. The cost follows the changes, not the viewers: each changed
counter is read and rendered once, and the same bytes go to every page that may see it.

    tokens       what a page may see, signed
    page         the token of a page, for the numbers that its view has named
    application  a page connects, and is kept or refused
    board        which topics are watched, and by which streams
    stream       one open page
    pulse        heartbeats, and the end of streams that have lived long enough
    reader       follows the feed and puts what changed on the board
    news         what moved and at whose hand, for the pages that may know
    figures      reads the counters of topics and renders them
    rights       withdraws what was granted before a member's rights changed
"""
