"""The engraved page: SVG and PDF through Verovio, with chord symbols and diagrams of our own."""
