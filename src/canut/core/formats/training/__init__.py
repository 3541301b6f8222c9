"""Formats for training models: COCO, YOLO, CoNLL, spaCy, Hugging Face."""
