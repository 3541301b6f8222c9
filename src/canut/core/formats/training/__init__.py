"""Files that models are trained from: COCO, YOLO, CoNLL, spaCy, Hugging Face."""
