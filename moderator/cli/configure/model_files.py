"""`moderator model fetch`, `convert` and `verify`: the files of Detoxify's models."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from moderator.cli.options import ConfigOption, err, exit_codes, out
from moderator.errors import ModelError, SettingsError
from moderator.settings import Settings

FolderArgument = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="The model's folder; default: the one in the settings."),
]
TrustOption = Annotated[
    bool,
    typer.Option(
        "--trust-pickle",
        help="Load a checkpoint that could run code: only from a source you trust.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `moderator model`."""
    app.command()(fetch)
    app.command()(convert)
    app.command()(verify)


def fetch(
    name: Annotated[
        str, typer.Argument(help="original, unbiased, multilingual, original-small, unbiased-small")
    ],
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder; default: one in the user's cache.")
    ] = None,
    mirror: Annotated[
        str | None, typer.Option(help="A folder or URL that holds the files by name.")
    ] = None,
    conversion: Annotated[
        bool, typer.Option("--convert/--no-convert", help="Convert what was fetched.")
    ] = True,
    trust_pickle: TrustOption = False,
) -> None:
    """Download a released Detoxify model once, so that workers start offline and identical.

    An interrupted download resumes; files are checked by sha256 and converted (extra `detoxify`).

    [bold]Example[/bold]

      moderator model fetch original --to models/original
    """
    from moderator.scorers.detoxify.fetch import fetch as fetch_release
    from moderator.scorers.detoxify.locations import converted, default_folder
    from moderator.scorers.detoxify.releases import RELEASES

    with exit_codes():
        release = RELEASES.get(name)
        if release is None:
            raise SettingsError(f"no model {name!r}: {', '.join(RELEASES)} are released")
        folder = to or default_folder(name)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        with Progress(
            *columns, TransferSpeedColumn(), console=err(), transient=True,
            disable=not err().is_terminal,
        ) as bars:  # fmt: skip
            tasks = {
                asset.name: bars.add_task(asset.name, start=False, total=None)
                for asset in release.assets
            }

            def show(file: str, done: int, total: int | None) -> None:
                bars.start_task(tasks[file])
                bars.update(tasks[file], completed=done, total=total)

            fetch_release(release, folder, mirror=mirror, progress=show)
        out().print(f"fetched {name} to {folder}", soft_wrap=True)
        if not conversion or importlib.util.find_spec("torch") is None:
            out().print(
                f"now run `moderator model convert {folder}` with the extra `detoxify` "
                "installed; workers load only converted models",
                soft_wrap=True,
            )
        elif not converted(folder).exists():
            _convert(folder, None, trust_pickle, None)


def convert(
    path: FolderArgument = None,
    huggingface_path: Annotated[
        Path | None, typer.Option(help="Folder of configuration and tokenizer, if elsewhere.")
    ] = None,
    trust_pickle: TrustOption = False,
    int8_bound: Annotated[
        float | None, typer.Option(min=0, max=1, help="Largest difference int8 may have (0.08).")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Turn a Detoxify checkpoint into safetensors and ONNX (fp32, int8), checked against it."""
    with exit_codes():
        detoxify = Settings.load(config).scorers.detoxify
        _convert(
            path or _settings_folder(config),
            huggingface_path or (detoxify.huggingface_path if path is None else None),
            trust_pickle,
            int8_bound,
        )


def verify(path: FolderArgument = None, config: ConfigOption = None) -> None:
    """Check a converted model's files against their checksums."""
    from moderator.scorers.detoxify.conversion.verify import verify as verify_folder

    with exit_codes():
        for name in verify_folder(path or _settings_folder(config)):
            out().print(f"{name}: ok")


def _settings_folder(config: Path | None) -> Path:
    from moderator.scorers.detoxify.locations import default_folder

    detoxify = Settings.load(config).scorers.detoxify
    return detoxify.checkpoint or default_folder(detoxify.model)


def _convert(
    path: Path, huggingface_path: Path | None, trust_pickle: bool, int8_bound: float | None
) -> None:
    from moderator.scorers.detoxify.conversion import convert as conversion
    from moderator.scorers.detoxify.manifest import ONNX_INT8

    bound = conversion.INT8_BOUND if int8_bound is None else int8_bound
    manifest = conversion.convert(
        path,
        huggingface_path=huggingface_path,
        trust_pickle=trust_pickle,
        int8_bound=bound,
        report=lambda line: out().print(line, highlight=False, soft_wrap=True),
    )
    if ONNX_INT8 not in manifest.files:
        raise ModelError(
            f"{ONNX_INT8} was left out: it differs by {manifest.differences[ONNX_INT8]:.3g}, more "
            f'than {bound:g}: use precision = "fp32", or allow more with --int8-bound'
        )
