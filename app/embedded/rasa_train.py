"""Train the intent model. Runs inside the Python 3.10 environment of Rasa.

The last line of the output is the path of the model.

    python rasa_train.py --config config.yml --data nlu_data --output models --name N --root REPO
"""

import argparse
import sys


def main() -> None:
    options = _read_options()
    # The folder of this script holds modules of another environment; the repository comes last so
    # that none of its packages hides one of Rasa's.
    sys.path[0:1] = []
    sys.path.append(options.root)
    from rasa.model_training import train_nlu  # noqa: PLC0415 - needs the path set above

    model = train_nlu(
        config=options.config,
        nlu_data=options.data,
        output=options.output,
        fixed_model_name=options.name,
    )
    if not model:
        raise SystemExit(1)
    sys.stdout.write(f"{model}\n")


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("config", "data", "output", "name", "root"):
        parser.add_argument(f"--{name}", required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
