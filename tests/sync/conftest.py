from .scene import scene

__all__ = ["scene"]
