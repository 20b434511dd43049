@as
Feature: Client, proof and API together decide what is issued
  RFC 9449 §5 and §5.2: a client may require proof of possession, and so may an
  API. A token is bound where a proof came and the API takes bound tokens.

  @RFC9449-5.2-01 @RFC9449-5-15 @RFC9449-5-21
  Scenario Outline: A token for an API
    Given a confidential client that <client> proof of possession
    And an API for which bound tokens are <api>
    When the client asks for a token for the API <proof>
    Then the outcome is <outcome>

    Examples:
      | client           | proof                   | api      | outcome |
      | does not require | without a proof         | none     | Bearer  |
      | does not require | without a proof         | allowed  | Bearer  |
      | does not require | without a proof         | required | refused |
      | does not require | with a proof by its key | none     | Bearer  |
      | does not require | with a proof by its key | allowed  | bound   |
      | does not require | with a proof by its key | required | bound   |
      | requires         | without a proof         | none     | refused |
      | requires         | without a proof         | allowed  | refused |
      | requires         | without a proof         | required | refused |
      | requires         | with a proof by its key | none     | refused |
      | requires         | with a proof by its key | allowed  | bound   |
      | requires         | with a proof by its key | required | bound   |

  @RFC9449-5.2-01 @RFC9449-5-15 @RFC9449-5-21
  Scenario Outline: A token for an API that binds those of public clients
    Given a <type> client that does not require proof of possession
    And an API for which bound tokens are required for public clients
    When the client asks for a token for the API <proof>
    Then the outcome is <outcome>

    Examples:
      | type         | proof                   | outcome |
      | public       | without a proof         | refused |
      | public       | with a proof by its key | bound   |
      | confidential | without a proof         | Bearer  |
      | confidential | with a proof by its key | bound   |

  @RFC9449-5.2-01 @RFC9449-5-15 @RFC9449-5-21
  Scenario Outline: A token for userinfo alone
    Given a confidential client that <client> proof of possession
    When the client asks for a token for userinfo alone <proof>
    Then the outcome is <outcome>

    Examples:
      | client           | proof                   | outcome |
      | does not require | without a proof         | Bearer  |
      | does not require | with a proof by its key | bound   |
      | requires         | without a proof         | refused |
      | requires         | with a proof by its key | bound   |
