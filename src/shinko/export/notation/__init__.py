"""MusicXML: lead sheets and grand staves for notation programs."""
