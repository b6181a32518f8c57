"""Photos: any camera file in, an upright JPEG without metadata out.

Two codecs keep one contract: native.PillowCodec and browser.CanvasCodec.
"""
