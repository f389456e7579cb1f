"""What the Undo button sends."""

from django import forms


class UndoForm(forms.Form):
    """The ticket of what is to be undone, and the page to go back to; nonsense is nothing."""

    ticket = forms.CharField(max_length=2000)
    back = forms.CharField(max_length=4000, required=False)

    @property
    def told(self) -> tuple[str, str]:
        self.is_valid()
        return self.cleaned_data.get("ticket", ""), self.cleaned_data.get("back", "")
